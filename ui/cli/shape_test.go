package cli_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
)

// shape is a JSON document without its values: its fields in the order they stand, and of lists the first element.
func shape(t *testing.T, text string) string {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var out strings.Builder
	if err := outline(decoder, &out, "\n"); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return out.String()
}

func outline(decoder *json.Decoder, out *strings.Builder, indent string) error {
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	switch token := token.(type) {
	case json.Delim:
		return outlineOf(decoder, out, indent, token)
	case json.Number:
		out.WriteString("number")
	case string:
		out.WriteString("text")
	case bool:
		out.WriteString("yes or no")
	case nil:
		out.WriteString("null")
	}
	return nil
}

func outlineOf(decoder *json.Decoder, out *strings.Builder, indent string, open json.Delim) error {
	out.WriteString(map[json.Delim]string{'[': "list", '{': "record"}[open])
	for first := true; decoder.More(); first = false {
		into := out
		if open == '[' && !first {
			into = &strings.Builder{} // like the first
		}
		if open == '[' && first {
			out.WriteString(" of ")
		}
		deeper := indent
		if open == '{' {
			key, err := decoder.Token()
			if err != nil {
				return err
			}
			deeper = indent + "  "
			fmt.Fprintf(out, "%s%v: ", deeper, key)
		}
		if err := outline(decoder, into, deeper); err != nil {
			return err
		}
	}
	if _, err := decoder.Token(); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// TestEveryDocumentKeepsItsShape compares the fields of all documents, their order and their kinds with what they were:
// scripts read them. Set UPDATE_GOLDEN=1 to write it anew where a field was added.
func TestEveryDocumentKeepsItsShape(t *testing.T) {
	t.Parallel()
	d := lived(t)
	var got strings.Builder
	for _, args := range spoken(d) {
		told := d.run(0, append(args, "--json")...)
		fmt.Fprintf(&got, "pregon %s: %s\n\n", strings.ReplaceAll(strings.Join(args, " "), d.folder+string(os.PathSeparator), ""), shape(t, told.out))
	}
	const golden = "testdata/shapes.golden"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := errors.Join(os.MkdirAll("testdata", 0o750), os.WriteFile(golden, []byte(got.String()), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	is, was := strings.Split(got.String(), "\n\n"), strings.Split(string(want), "\n\n")
	for i := range max(len(is), len(was)) {
		switch {
		case i >= len(is):
			t.Errorf("gone:\n%s", was[i])
		case i >= len(was):
			t.Errorf("new:\n%s", is[i])
		case is[i] != was[i]:
			t.Errorf("got\n%s\nit was\n%s", is[i], was[i])
		}
	}
}
