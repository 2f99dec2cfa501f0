package cli_test

import (
	"strings"
	"testing"
	"time"

	"pregon/sender/sandbox"
	"pregon/store"
	"pregon/store/phone"
	"pregon/ui/cli"
)

// wrote lets customers write to the shop, as the feed tells it; no words are a voice note.
func (d *desk) wrote(messages ...[2]string) {
	d.Helper()
	open, err := d.open(d.Context(), d.shopFile(), cli.Connect{})
	if err != nil {
		d.Fatal(err)
	}
	for _, m := range messages {
		number, err := phone.Parse(m[0], "CA")
		if err != nil {
			d.Fatal(err)
		}
		d.ahead.Add(int64(time.Second))
		kind := "text"
		if m[1] == "" {
			kind = "audio"
		}
		err = open.Store.RecordFeed(d.Context(), store.Feed{Inbound: []store.Inbound{{
			Wamid: "wamid." + m[0] + m[1] + d.now().String(), Phone: number, At: d.now(), Kind: kind, Text: m[1],
		}}})
		if err != nil {
			d.Fatal(err)
		}
	}
	if err := open.Store.Close(); err != nil {
		d.Fatal(err)
	}
}

type reviewed struct {
	Reviews []struct {
		Phone, Name, Kind string
		Withdrawn         bool
		Messages          []string
	}
}

// TestRequirement10APersonJudgesOnTheCommandLineToo: a shop whose machine has no screen must not hold its customers forever.
func TestRequirement10APersonJudgesOnTheCommandLineToo(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	if said := d.run(0, "consent", "reviews").out; !strings.Contains(said, "Nothing waits") {
		t.Errorf("an empty queue says %q", said)
	}
	d.run(0, "contacts", "import", d.customers(4), "--source", "till")
	d.wrote([2]string{number(0), "please no more\x1b[31m"}, [2]string{number(0), "no me interesa"}, [2]string{number(1), ""}, [2]string{number(2), "cancelar"})
	if found := d.names("sendable:yes"); found != "Customer 3" {
		t.Errorf("while they wait broadcasts go to %q", found)
	}
	var queue reviewed
	d.read(&queue, "consent", "reviews")
	if len(queue.Reviews) != 3 || len(queue.Reviews[0].Messages) != 2 || queue.Reviews[1].Kind != "voice" || !queue.Reviews[2].Withdrawn {
		t.Fatalf("the queue is %+v", queue)
	}
	said := d.run(0, "consent", "reviews").out
	for _, want := range []string{"please no more", "no me interesa", "no words: a voice", "taken for a stop", "--no-refusal", "Customer 0"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in\n%s", want, said)
		}
	}
	if strings.Contains(said, "\x1b") {
		t.Errorf("what a customer wrote reached the terminal: %q", said)
	}
	for _, args := range []string{"--stop 604 --no-refusal 604", "--stop " + number(0), "--no-refusal " + number(3) + " --staff Luz"} {
		d.run(2, append([]string{"consent", "reviews"}, strings.Fields(args)...)...)
	}
	d.run(0, "consent", "reviews", "--stop", number(0), "--staff", "Luz")
	d.run(0, "consent", "reviews", "--no-refusal", number(1), "--staff", "Luz")
	d.run(0, "consent", "reviews", "--no-refusal", number(2), "--staff", "Luz")
	if found := d.names("sendable:yes"); found != "Customer 1 Customer 2 Customer 3" {
		t.Errorf("broadcasts go to %q", found)
	}
	if c := d.contact(number(0)); c.Consent != "withdrawn" {
		t.Errorf("who meant stop is %+v", c)
	}
	if d.read(&queue, "consent", "reviews"); len(queue.Reviews) != 0 {
		t.Errorf("still waiting: %+v", queue)
	}
}
