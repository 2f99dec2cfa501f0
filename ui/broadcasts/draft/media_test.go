package draft_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui/view"
)

// The beginnings by which files are told apart.
const (
	png  = "\x89PNG\r\n\x1a\n and its dots"
	film = "\x00\x00\x00\x18ftypmp42 and its frames"
)

// pictured stands in step 3 of a draft whose template has a picture at its head and one place for a word.
func pictured(t *testing.T, shop *storetest.Shop, width, height int) *desk {
	t.Helper()
	check(t, shop.SaveTemplates(t.Context(), []store.Template{storetest.Offer(), {
		MetaID: "2", Name: "cakes", Language: "en", Status: "APPROVED", Category: "MARKETING", Quality: "GREEN",
		Components: `[{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"Hello {{1}}, the cakes are here. Write STOP to leave."}]`,
	}}))
	d := openIn(t, shop, width, height, store.Broadcast{Draft: store.Draft{
		Name: "Cakes", Template: "cakes", Language: "en", Audience: "country:CA", Bindings: store.Bindings{"1": {Value: "friend"}},
	}})
	d.Press("tab")
	return d
}

// file puts a file into a folder of the test.
func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	check(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func (d *desk) media(t *testing.T) store.Media {
	t.Helper()
	m, err := d.shop.Media(t.Context(), d.saved(t).ID)
	check(t, err)
	return m
}

func TestAPictureIsChosenByItsPathAndShownInThePreview(t *testing.T) {
	t.Parallel()
	d := pictured(t, storetest.New(t), 100, 30)
	d.Says("The template has a picture at its head", "3 Words ! no picture yet", "ctrl+o picture")
	d.Press("ctrl+o")
	d.Says("picture at the head of the message", "A picture is a JPEG or PNG of at most 5 MB.")
	d.Press("enter")
	d.Says("Type where the file is")
	d.Type(file(t, "cakes.png", png))
	d.Press("enter")
	d.Says("It stands at the head of the message: cakes.png", "picture ✓ cakes.png · 0.0 KB", "[picture] cakes.png")
	d.Unseen("no picture yet", "it is not sent without")
	if m := d.media(t); m.Kind != "IMAGE" || m.MIME != "image/png" || string(m.Data) != png {
		t.Errorf("kept %+v", m)
	}
	d.Press("tab", "tab")
	d.Unseen("has a picture, a video or a document at its head")
	d.Says("Type 4 to send to 4 people")
}

func TestADraftWithoutItsPictureDoesNotStart(t *testing.T) {
	t.Parallel()
	d := pictured(t, storetest.New(t), 100, 30)
	d.Press("tab", "tab")
	d.Says("ctrl+o in step 3")
	d.Type("4")
	d.Press("enter")
	d.Advance(10 * time.Second)
	if len(d.starts) != 0 {
		t.Error("it started without its picture")
	}
}

func TestWhatDoesNotFitIsSaidInClearWords(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, file, content, want string }{
		{"a film", "cakes.mp4", film, "The template has a picture at its head, and the file is a video. Nothing was changed."},
		{"another format", "cakes.gif", "GIF89a", "cakes.gif is no picture (JPEG, PNG), video"},
		{"a disguise", "cakes.png", "<html>", "cakes.png is no picture"},
		{"too large", "cakes.png", png + strings.Repeat(".", 5<<20), "cakes.png is too large: pictures may have 5 MB"},
		{"nothing in it", "cakes.pdf", "", "is no picture"},
		{"no such file", "", "", "There is no such file."},
		{"a folder", ".", "", "This is a folder. tab goes on into it."},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := pictured(t, storetest.New(t), 110, 30)
			path := "/nowhere/cakes.png"
			switch test.file {
			case "":
			case ".":
				path = t.TempDir()
			default:
				path = file(t, test.file, test.content)
			}
			d.Press("ctrl+o")
			d.Type(path)
			d.Press("enter")
			d.Says(test.want)
			if m := d.media(t); m.Kind != "" {
				t.Errorf("kept %+v", m)
			}
			d.Type("x")
			d.Unseen("Nothing was changed", "no picture (JPEG")
			d.Press("esc")
			d.Says("no picture yet")
		})
	}
}

func TestAPathIsCompleted(t *testing.T) {
	t.Parallel()
	d := pictured(t, storetest.New(t), 110, 30)
	path := file(t, "christmas cakes.png", png)
	check(t, os.WriteFile(filepath.Join(filepath.Dir(path), "christmas.txt"), []byte("x"), 0o600))
	d.Press("ctrl+o")
	d.Type(filepath.Dir(path) + "/ch")
	d.Press("tab")
	d.Says("christmas cakes.png christmas.txt")
	d.Type(" c")
	d.Press("tab", "enter")
	d.Says("It stands at the head of the message: christmas cakes.png")
}

func TestAPictureOfAnotherBroadcastIsTakenAgain(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	for _, name := range []string{"Summer", "Summer again", "Film"} {
		b, err := shop.CreateBroadcast(t.Context(), store.Draft{Name: name, Template: "offer", Language: "en", Audience: "tag:vip"}, "Ana")
		check(t, err)
		m := store.Media{Kind: "IMAGE", Name: "summer.png", Data: []byte(png)}
		if name == "Film" {
			m = store.Media{Kind: "VIDEO", Name: "film.mp4", Data: []byte(film)}
		}
		check(t, shop.SetMedia(t.Context(), b.ID, m))
	}
	d := pictured(t, shop, 100, 30)
	d.Press("ctrl+o")
	d.Says("From other broadcasts", "summer.png · 0.0 KB Summer again")
	d.Unseen("film.mp4", "KB  Summer\n")
	d.Press("down", "down", "enter")
	d.Says("It stands at the head of the message: summer.png", "[picture] summer.png")
	list, err := shop.Broadcasts(t.Context())
	check(t, err)
	if m, err := shop.Media(t.Context(), list[0].ID); err != nil || string(m.Data) != png {
		t.Errorf("kept %+v, %v", m, err)
	}
	d.Press("ctrl+o", "down", "up")
	d.Type("/nowhere")
	d.Press("enter")
	d.Says("There is no such file.")
}

func TestAPlannedBroadcastKeepsItsPictureUntilThePlanIsTakenBack(t *testing.T) {
	t.Parallel()
	d := pictured(t, storetest.New(t), 100, 30)
	d.Press("ctrl+o")
	d.Type(file(t, "cakes.png", png))
	d.Press("enter")
	id := d.saved(t).ID
	check(t, d.shop.ScheduleBroadcast(t.Context(), id, store.Schedule{At: storetest.Start.Add(2 * time.Hour), Staff: "Ana", People: 4}))
	d.Send(view.StoreChanged{})
	d.Press("ctrl+o")
	d.Says("It is planned as it is. Take the plan back in step 5 first.")
	d.Unseen("drop it here")
}

func TestATemplateWithoutAPictureAsksForNone(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24, whole())
	d.Press("tab", "ctrl+o")
	d.Unseen("picture", "head of the message")
}

func TestTheTestTakesThePictureAlong(t *testing.T) {
	t.Parallel()
	d := pictured(t, storetest.New(t), 100, 30)
	d.Press("ctrl+o")
	d.Type(file(t, "cakes.png", png))
	d.Press("enter", "tab", "t")
	if len(d.tried) != 1 || d.tried[0].Media.Name != "cakes.png" {
		t.Errorf("tried %+v", d.tried)
	}
}

func TestMediaLooksTheSameEverywhere(t *testing.T) {
	t.Parallel()
	for name, size := range map[string][2]int{"60x20": {60, 20}, "80x24": {80, 24}, "120x36": {120, 36}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := pictured(t, storetest.New(t), size[0], size[1])
			d.Golden("media-missing-" + name)
			d.Press("ctrl+o")
			d.Golden("media-choose-" + name)
			d.Type(file(t, "cakes.png", png))
			d.Press("enter")
			d.Advance(time.Minute)
			d.Golden("media-there-" + name)
		})
	}
}

func TestAPlaceShowsTheWordOfItsTemplate(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	check(t, shop.SaveTemplates(t.Context(), []store.Template{{
		MetaID: "3", Name: "until", Language: "en", Status: "APPROVED", Category: "MARKETING", Quality: "GREEN",
		Components: `[{"type":"BODY","text":"Order until {{1}} please. Write STOP to leave.","example":{"body_text":[["18 December"]]}}]`,
	}}))
	d := openIn(t, shop, 80, 24, store.Broadcast{Draft: store.Draft{Template: "until", Language: "en", Audience: "country:CA"}})
	d.Press("tab")
	d.See("{{1}}", "such as “18 December”")
}
