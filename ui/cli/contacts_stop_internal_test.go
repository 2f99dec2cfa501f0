package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// hand presses Ctrl+C when the words it waits for are told.
type hand struct {
	strings.Builder
	waits string
	press func()
}

func (h *hand) Write(told []byte) (int, error) {
	if strings.Contains(string(told), h.waits) {
		h.press()
	}
	return h.Builder.Write(told)
}

// watched is a line whose hand presses Ctrl+C, and whose clock runs so fast that every picture is shown.
func watched(t *testing.T, waits string) (*line, context.Context) {
	t.Helper()
	l := speaking(t, "en")
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	now := time.Unix(0, 0)
	l.Out, l.Err, l.Now = io.Discard, &hand{waits: waits, press: cancel}, func() time.Time {
		now = now.Add(10 * time.Second)
		return now
	}
	return l, ctx
}

// many is a file with many people.
func many(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("name,phone,city\n")
	for n := range 1500 {
		fmt.Fprintf(&text, "New %d,%s,Lugo\n", n, storetest.Phone(n))
	}
	path := filepath.Join(t.TempDir(), "book.csv")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestCtrlCTakesAnImportBackAtAnyPoint also once its people have been seen.
func TestCtrlCTakesAnImportBackAtAnyPoint(t *testing.T) {
	t.Parallel()
	path := many(t)
	for waits, says := range map[string]string{
		"reading":                 "Nothing of the file was taken in.",
		"keeping: ":               "Nothing of the file was taken in.",
		"writing on the contacts": "They had been in for a moment; the import is taken back.",
	} {
		t.Run(waits, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			for n := range 60 {
				shop.Contact(t, n)
			}
			l, ctx := watched(t, waits)
			err := l.importFile(ctx, shop.Store, path, importFlags{source: "cards"})
			said, ok := errors.AsType[*failure](err)
			if !ok || said.code != codeInterrupted || !strings.Contains(said.Error(), says) {
				t.Fatalf("got %v", err)
			}
			list, err := shop.ContactsByID(t.Context(), everybody(t, shop))
			if err != nil || len(list) != 60 {
				t.Fatalf("%d people, %v", len(list), err)
			}
			for _, c := range list {
				if len(c.Fields) != 0 || strings.HasPrefix(c.Name, "New") {
					t.Errorf("changed: %+v", c)
				}
			}
		})
	}
}

func everybody(t *testing.T, shop *storetest.Shop) []store.ContactID {
	t.Helper()
	ids, err := shop.ContactIDs(t.Context(), "", store.SortID)
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// TestAnUndoThatIsInterruptedSaysWhichWayItGoes: what is said is what is found.
func TestAnUndoThatIsInterruptedSaysWhichWayItGoes(t *testing.T) {
	t.Parallel()
	for _, waits := range []string{"looking who has a history", "taking back"} {
		t.Run(waits, func(t *testing.T) {
			t.Parallel()
			shop, path := storetest.New(t), many(t)
			l, ctx := watched(t, "nothing is waited for")
			if err := l.importFile(ctx, shop.Store, path, importFlags{source: "cards"}); err != nil {
				t.Fatal(err)
			}
			l, ctx = watched(t, waits)
			said, ok := errors.AsType[*failure](l.undoImport(ctx, shop.Store, "1", "Ana"))
			if !ok || said.code != codeInterrupted {
				t.Fatalf("got %v", said)
			}
			left := len(everybody(t, shop))
			if left != 1500 && left != 0 {
				t.Errorf("%d people", left)
			}
			if !strings.Contains(said.Error(), map[bool]string{true: "Nothing was taken back.", false: "The next start of Pregon finishes it"}[left > 0]) {
				t.Errorf("%d people, and said is %q", left, said)
			}
			told := &strings.Builder{}
			l.Err = told
			l.settleImport(t.Context(), shop.Store)
			if (left == 0) != strings.Contains(told.String(), "All of it is taken back now.") || len(everybody(t, shop)) != left {
				t.Errorf("told: %s", told)
			}
		})
	}
	l := speaking(t, "en")
	if said := l.undoInterrupted(errors.Join(context.Canceled, store.ErrHalfUndone)).Error(); !strings.Contains(said, "The next start of Pregon finishes it") {
		t.Errorf("said is %q", said)
	}
}

func TestWhatAnInterruptedImportLeftIsSaid(t *testing.T) {
	t.Parallel()
	l := speaking(t, "en")
	got := l.importInterrupted(&store.StoppedError{Undone: store.Undone{ID: 1, Removed: 5, Kept: 3, Voided: 2}, Err: context.Canceled}).Error()
	for _, want := range []string{"taken back", "3 contacts stay", "voided there: 2."} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
}
