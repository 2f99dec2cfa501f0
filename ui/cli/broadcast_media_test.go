package cli_test

import (
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

const breadPicture = "\xff\xd8\xff\xe0 bread"

// TestABroadcastWithAPictureGoesOutWithIt follows a file from the command to the messages.
func TestABroadcastWithAPictureGoesOutWithIt(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "import", d.customers(3), "--source", "till")
	d.sandbox.SetTemplateStatus("christmas_cakes", "en", "APPROVED")
	d.run(0, "templates", "sync")
	picture, text, gif := d.file("bread.jpg", breadPicture), d.file("list.txt", "bread"), d.file("bread.gif", "GIF89a")
	create := func(more ...string) []string {
		return append([]string{
			"broadcast", "create", "--name", "B", "--template", "christmas_cakes", "--lang", "en", "--audience", "added:<30d",
			"--param", "1=you", "--param", "2=Friday",
		}, more...)
	}
	for _, tt := range []struct {
		name string
		args []string
		says string
	}{
		{"both", create("--media", picture, "--media-link", "https://luna.example/x.jpg"), "exclude each other"},
		{"a document for a picture", create("--media", text), "a picture at its head, and the file is a document"},
		{"nothing WhatsApp takes", create("--media", gif), "--media is no picture"},
		{"no such file", create("--media", "nowhere.jpg"), "nowhere.jpg"},
		{"a link without TLS", create("--media-link", "http://luna.example/x.jpg"), "--media-link"},
		{"a template without", append(createBread(), "--media", picture), "no picture at its head"},
	} {
		got := d.run(2, tt.args...)
		if !strings.Contains(got.errors, tt.says) {
			t.Errorf("%s: says %q", tt.name, got.errors)
		}
	}
	without := d.run(0, create()...)
	if !strings.Contains(without.errors, "--media") {
		t.Errorf("without a picture it says %q", without.errors)
	}
	if got := d.run(2, "broadcast", "send", strings.TrimSpace(without.out), "--yes", "--without-feed"); !strings.Contains(got.errors, "--media") {
		t.Errorf("sending without a picture says %q", got.errors)
	}
	id := strings.TrimSpace(d.run(0, create("--media", picture)...).out)
	var sent outcome
	d.read(&sent, "broadcast", "send", id, "--yes", "--without-feed", "--rate", "0")
	uploads := d.sandbox.Uploads()
	if sent.Counts["accepted"] != 3 || len(uploads) != 1 {
		t.Fatalf("sent %+v with %d uploads", sent, len(uploads))
	}
	for _, call := range d.sandbox.Calls() {
		if call.Params[0].Value != uploads[0].ID {
			t.Errorf("a message carried %+v", call.Params)
		}
	}
}
