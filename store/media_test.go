package store_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

var (
	jpeg = []byte("\xff\xd8\xff\xe0 bread")
	png  = []byte("\x89PNG\r\n\x1a\n bread")
	mp4  = []byte("\x00\x00\x00\x18ftypmp42 bread")
)

func TestMediaAreWhatTheirBytesSay(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		data       []byte
		kind, mime string
		reason     string
	}{
		{"bread.jpg", jpeg, "IMAGE", "image/jpeg", ""},
		{"bread.txt", jpeg, "IMAGE", "image/jpeg", ""}, // whatever it is called
		{"/home/ana/bread.png", png, "IMAGE", "image/png", ""},
		{"bread.mp4", mp4, "VIDEO", "video/mp4", ""},
		{"old.3gp", []byte("\x00\x00\x00\x18ftyp3gp4 x"), "VIDEO", "video/3gpp", ""},
		{"menu.pdf", []byte("%PDF-1.7 x"), "DOCUMENT", "application/pdf", ""},
		{"menu.PDF", []byte("no pdf at all"), "", "", "unknown_type"},
		{"list.txt", []byte("bread, rolls"), "DOCUMENT", "text/plain", ""},
		{"page.html", []byte("<html>"), "", "", "unknown_type"},
		{"virus.exe", []byte("MZ\x90"), "", "", "unknown_type"},
		{"nothing.txt", nil, "", "", "empty"},
		{"huge.jpg", append(bytes.Clone(jpeg), make([]byte, 5<<20)...), "", "", "too_large"},
		{"huge.mp4", append(bytes.Clone(mp4), make([]byte, 16<<20)...), "", "", "too_large"},
		{"large.mp4", append(bytes.Clone(mp4), make([]byte, 6<<20)...), "VIDEO", "video/mp4", ""},
		{strings.Repeat("x", 300) + ".txt", []byte("x"), "", "", "too_long"},
	}
	for _, tt := range tests {
		m, err := store.ReadMedia(tt.name, tt.data)
		var invalid *store.InvalidError
		if tt.reason != "" {
			if !errors.As(err, &invalid) || invalid.Reason != tt.reason || invalid.Field != "media" {
				t.Errorf("%.20s: %v, want %s", tt.name, err, tt.reason)
			}
			continue
		}
		if err != nil || m.Kind != tt.kind || m.MIME != tt.mime || len(m.SHA256) != 64 || m.Size != len(tt.data) || strings.Contains(m.Name, "/") {
			t.Errorf("%s: %+v, %v", tt.name, m.MIME, err)
		}
	}
}

func TestLinksToMediaAreSecure(t *testing.T) {
	t.Parallel()
	for link, want := range map[string]bool{
		"https://luna.example/a/bread.jpg?x=1": true, "http://luna.example/bread.jpg": false, "https:///bread.jpg": false,
		"file:///etc/passwd": false, "https://user:secret@luna.example/x": false, "https://" + strings.Repeat("x", 2000): false, "\x00": false,
	} {
		if m, err := store.LinkMedia("IMAGE", link); (err == nil) != want || (want && (m.Link != link || m.Name != "bread.jpg")) {
			t.Errorf("LinkMedia(%.40q) = %+v, %v", link, m, err)
		}
	}
}

// picture has a template with a picture at its head, and a draft that uses it.
func picture(t *testing.T) (*storetest.Shop, store.BroadcastID) {
	t.Helper()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	template := storetest.Offer()
	template.Name, template.Components = "picture", `[{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"Bread."}]`
	check(t, shop.SaveTemplates(t.Context(), []store.Template{storetest.Offer(), template}))
	b, err := shop.CreateBroadcast(t.Context(), store.Draft{Name: "P", Template: "picture", Language: "en", Audience: "sendable:yes"}, "Ana")
	check(t, err)
	return shop, b.ID
}

func TestATemplateWithAPictureNeedsOneThatFits(t *testing.T) {
	t.Parallel()
	shop, id := picture(t)
	ctx := t.Context()
	blocked := func() bool {
		t.Helper()
		c, err := shop.Check(ctx, id)
		check(t, err)
		return slices.Contains(c.Blockers, store.BlockerMediaHeader)
	}
	if !blocked() {
		t.Error("it can start without its picture")
	}
	check(t, shop.SetMedia(ctx, id, store.Media{Kind: "VIDEO", Name: "bread.mp4", Data: mp4}))
	if !blocked() {
		t.Error("a video stands in for the picture")
	}
	check(t, shop.SetMedia(ctx, id, store.Media{Kind: "VIDEO", Name: "bread.mp4", Data: jpeg})) // the bytes decide
	if blocked() {
		t.Error("the picture is not taken")
	}
	b, err := shop.Store.Broadcast(ctx, id)
	if check(t, err); b.Media.Kind != "IMAGE" || b.Media.MIME != "image/jpeg" || b.Media.Size != len(jpeg) || b.Media.Data != nil {
		t.Errorf("the broadcast shows %+v", b.Media)
	}
	check(t, shop.SaveDraft(ctx, id, store.Draft{Name: "Q", Template: "picture", Language: "en", Audience: "sendable:yes"}))
	if blocked() {
		t.Error("an edit of the draft lost its picture")
	}
	whole, err := shop.Media(ctx, id)
	if check(t, err); !bytes.Equal(whole.Data, jpeg) || whole.Name != "bread.mp4" {
		t.Errorf("Media = %+v", whole)
	}
	check(t, shop.SetMedia(ctx, id, store.Media{}))
	if none, err := shop.Media(ctx, id); err != nil || none.Kind != "" || !blocked() {
		t.Errorf("taken away: %+v, %v", none, err)
	}
	link, err := store.LinkMedia("IMAGE", "https://luna.example/x.jpg")
	check(t, err)
	check(t, shop.SetMedia(ctx, id, link))
	if blocked() {
		t.Error("a link is not taken")
	}
	if err := shop.SetMedia(ctx, 99, link); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("SetMedia of nothing = %v", err)
	}
}

func TestWhatStandsAtTheHeadStandsOnceItIsPlannedOrStarted(t *testing.T) {
	t.Parallel()
	for name, confirm := range map[string]func(*storetest.Shop, store.BroadcastID) error{
		"planned": func(shop *storetest.Shop, id store.BroadcastID) error {
			return shop.ScheduleBroadcast(t.Context(), id, store.Schedule{At: shop.Clock.Now().Add(time.Hour), Staff: "Ana", People: 1, WithoutFeed: true})
		},
		"started": func(shop *storetest.Shop, id store.BroadcastID) error {
			_, err := shop.Outbox.Acquire(t.Context())
			return errors.Join(err, shop.Outbox.Start(t.Context(), id, store.Start{Staff: "Ana", WithoutFeed: true}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop, id := picture(t)
			ctx := t.Context()
			check(t, shop.SetMedia(ctx, id, store.Media{Kind: "IMAGE", Name: "a.jpg", Data: jpeg}))
			check(t, confirm(shop, id))
			for _, m := range []store.Media{{Kind: "IMAGE", Name: "b.png", Data: png}, {}} {
				var move *store.MoveError
				if err := shop.SetMedia(ctx, id, m); !errors.As(err, &move) {
					t.Errorf("SetMedia of %q = %v", m.Name, err)
				}
			}
			db := raw(t, shop)
			for _, statement := range []string{
				"UPDATE broadcast_media SET link = 'https://luna.example/x', data = NULL", "DELETE FROM broadcast_media",
				"UPDATE broadcast_media SET name = 'other'",
			} {
				if _, err := db.ExecContext(ctx, statement); err == nil {
					t.Errorf("%s is not refused", statement)
				}
			}
			if m, err := shop.Media(ctx, id); err != nil || m.Name != "a.jpg" || !bytes.Equal(m.Data, jpeg) {
				t.Errorf("what goes out is %+v, %v", m, err)
			}
		})
	}
}

func TestNothingIsPutAtTheHeadOfAPlannedBroadcastByHand(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	id := shop.Broadcast(t, "sendable:yes")
	check(t, shop.ScheduleBroadcast(t.Context(), id, store.Schedule{At: shop.Clock.Now().Add(time.Hour), Staff: "Ana", People: 1, WithoutFeed: true}))
	_, err := raw(t, shop).ExecContext(t.Context(), `INSERT INTO broadcast_media (broadcast_id, kind, link) VALUES (?, 'IMAGE', 'https://luna.example/x')`, id)
	if err == nil {
		t.Error("a picture was put at the head of what is planned")
	}
	check(t, shop.ScheduleBroadcast(t.Context(), id, store.Schedule{Staff: "Ana"})) // the plan is taken back
	check(t, shop.SetMedia(t.Context(), id, store.Media{Kind: "IMAGE", Name: "a.jpg", Data: jpeg}))
}

func TestAnUploadIsGoodForItsNumberAndItsTime(t *testing.T) {
	t.Parallel()
	shop, id := picture(t)
	ctx := t.Context()
	check(t, shop.SetMedia(ctx, id, store.Media{Kind: "IMAGE", Name: "a.jpg", Data: jpeg}))
	if u, err := shop.Outbox.Uploaded(ctx, id); err != nil || u.Good("6", shop.Clock.Now()) {
		t.Errorf("Uploaded before anything was = %+v, %v", u, err)
	}
	if _, err := shop.Outbox.RecordUpload(ctx, id, "900", "6"); err != nil {
		t.Fatal(err)
	}
	u, err := shop.Outbox.Uploaded(ctx, id)
	check(t, err)
	now := shop.Clock.Now()
	for _, tt := range []struct {
		name, number string
		at           time.Time
		want         bool
	}{
		{"at once", "6", now, true},
		{"of another number", "7", now, false},
		{"in four weeks", "6", now.Add(28 * 24 * time.Hour), true},
		{"in thirty days", "6", now.Add(30 * 24 * time.Hour), false},
		{"by a clock that went back", "6", now.Add(-time.Hour), false},
	} {
		if got := u.Good(tt.number, tt.at); got != tt.want {
			t.Errorf("%s: good %t", tt.name, got)
		}
	}
	check(t, shop.SetMedia(ctx, id, store.Media{Kind: "IMAGE", Name: "b.png", Data: png})) // another file is not uploaded yet
	if u, err := shop.Outbox.Uploaded(ctx, id); err != nil || u.ID != "" {
		t.Errorf("Uploaded of another file = %+v, %v", u, err)
	}
}

func FuzzMedia(f *testing.F) {
	f.Add("bread.jpg", jpeg)
	f.Add("x.mp4", mp4)
	f.Add("menu.pdf", []byte("%PDF-"))
	f.Add("\x1b[31m.txt", []byte("x"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		m, err := store.ReadMedia(name, data)
		if err != nil {
			return
		}
		if m.Kind == "" || m.MIME == "" || m.Size != len(data) || strings.ContainsAny(m.Name, "\x00\x1b\n") {
			t.Errorf("ReadMedia(%q) = %q %q", name, m.Name, m.MIME)
		}
	})
}
