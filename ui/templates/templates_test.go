package templates_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"pregon/assets"
	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui/templates"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// meta is what a synchronisation brings.
type meta struct {
	shop *storetest.Shop
	list []store.Template
	err  error
	gate chan struct{} // nil, or what the answer waits for
}

func (m *meta) SyncTemplates(ctx context.Context) (int, error) {
	if m.gate != nil {
		<-m.gate
	}
	if m.err != nil {
		return 0, m.err
	}
	return len(m.list), m.shop.SaveTemplates(ctx, m.list)
}

type desk struct {
	*uitest.Driver
	meta *meta
	view *templates.View
}

func open(t *testing.T, width, height int, list ...store.Template) *desk {
	t.Helper()
	shop := storetest.New(t)
	shop.Clock.Advance(time.Second) // a template that is read no more is gone
	if err := shop.SaveTemplates(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	d := &desk{meta: &meta{shop: shop}}
	d.Driver = uitest.Show(t, width, height, func(env *view.Env) view.View {
		d.view = templates.New(env, shop.Store, d.meta)
		return d.view
	})
	d.Idle()
	return d
}

func template(status, quality, components string) store.Template {
	return store.Template{MetaID: "1", Name: "spring_offer", Language: "es", Status: status, Quality: quality, Category: "MARKETING", Components: components}
}

const (
	withOut = `[{"type":"BODY","text":"Hola *{{1}}*, hoy ~9 €~ _5 €_. Responde BAJA."}]`
	noOut   = `[{"type":"BODY","text":"Hola, hoy todo a mitad de precio."}]`
	picture = `[{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"Hola. BAJA"}]`
)

// samples are the templates of the practice shop.
func samples(t *testing.T) []store.Template {
	t.Helper()
	var page struct {
		Data []struct {
			ID       string `json:"id"`
			Name     string `json:"name"`
			Language string `json:"language"`
			Status   string `json:"status"`
			Category string `json:"category"`
			Quality  struct {
				Score string `json:"score"`
			} `json:"quality_score"`
			Components json.RawMessage `json:"components"`
		} `json:"data"`
	}
	if err := json.Unmarshal(assets.SampleTemplates(), &page); err != nil {
		t.Fatal(err)
	}
	list := make([]store.Template, 0, len(page.Data))
	for _, d := range page.Data {
		list = append(list, store.Template{
			MetaID: d.ID, Name: d.Name, Language: d.Language, Status: d.Status, Category: d.Category, Quality: d.Quality.Score, Components: string(d.Components),
		})
	}
	return list
}

// off is why an action of a key is off.
func (d *desk) off(key string) string {
	for _, a := range d.view.Actions() {
		if a.Keys[0] == key {
			return a.Why()
		}
	}
	return "no such key"
}

func TestAnEmptyListSaysWhatToDo(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.See("No templates yet", "press s to read it in", "Show a way to stop")
}

func TestStatusAndQualityAreWordsWithSigns(t *testing.T) {
	t.Parallel()
	tests := []struct{ status, quality, want, rated, why string }{
		{"APPROVED", "GREEN", "✓ approved", "✓ good", ""},
		{"PENDING", "UNKNOWN", "! Meta checks it", "not known", "still checking"},
		{"IN_APPEAL", "UNKNOWN", "! in appeal", "not known", "still checking"},
		{"REJECTED", "UNKNOWN", "✗ rejected", "not known", "Change it in WhatsApp Manager"},
		{"PAUSED", "YELLOW", "! paused by Meta", "! middling", "because people blocked or reported it"},
		{"DISABLED", "RED", "✗ disabled", "✗ bad", "Write a new one"},
		{"APPROVED", "RED", "✓ approved", "✗ bad", "Send another one"},
		{"SOMETHING_NEW", "", "! something new", "not known", "not approved"},
	}
	for _, test := range tests {
		t.Run(test.status+test.quality, func(t *testing.T) {
			t.Parallel()
			d := open(t, 120, 36, template(test.status, test.quality, withOut))
			d.See("spring_offer", "offers", test.want, test.rated)
			if why := d.off("c"); !strings.Contains(why, test.why) || (test.why == "") != (why == "") {
				t.Errorf("c is off because %q", why)
			}
		})
	}
}

func TestThePreviewIsAsTheCustomerSeesIt(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24, template("APPROVED", "GREEN", withOut))
	d.Unseen("Hola")
	d.Press("enter")
	d.See("Hola {{1}}, hoy 9 € 5 €.", "╭", "✓✓")
	looks := d.Looks()
	for _, style := range []string{"\x1b[1m", "\x1b[9m", "\x1b[3m"} {
		if !strings.Contains(looks, style) {
			t.Errorf("bold, strike or italic is missing: %q", style)
		}
	}
	d.Press("esc")
	d.Unseen("Hola")
}

func TestAMissingWayOutIsWarnedOf(t *testing.T) {
	t.Parallel()
	d := open(t, 120, 36, template("APPROVED", "GREEN", noOut))
	d.See("! It shows no way to stop")
	d = open(t, 120, 36, template("APPROVED", "GREEN", withOut))
	d.Unseen("no way to stop")
}

func TestAPictureIsChosenWhenComposing(t *testing.T) {
	t.Parallel()
	d := open(t, 120, 36, template("APPROVED", "GREEN", picture))
	d.See("[picture]", "It has a picture at its head: you choose the file")
	if why := d.off("c"); why != "" {
		t.Errorf("a broadcast cannot begin with a picture: %s", why)
	}
}

func TestAPlaceOnTheMapIsSaidAndNotSent(t *testing.T) {
	t.Parallel()
	d := open(t, 120, 36, template("APPROVED", "GREEN", strings.ReplaceAll(picture, "IMAGE", "LOCATION")))
	d.See("[place on the map]", "a place on the map, which")
	if d.off("c") == "" {
		t.Error("a broadcast can begin with a place on the map")
	}
}

func TestReadingFromMetaTellsWhatCame(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.meta.list = samples(t)
	d.Press("s")
	d.See("7 templates read from Meta", "fresh_bread", "weekend_offer")
}

func TestReadingOnceAtATime(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.meta.gate = make(chan struct{})
	d.Touch("s")
	if d.off("s") == "" {
		t.Error("s can be pressed twice")
	}
	close(d.meta.gate)
	d.Idle()
	if d.off("s") != "" {
		t.Error("s stays off")
	}
}

func TestAFailedReadingLosesNothing(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24, template("APPROVED", "GREEN", withOut))
	d.meta.err = errors.New("token \x1b[2J EAAG-secret")
	d.Press("s")
	d.See("could not be read from Meta", "spring_offer")
	d.Unseen("secret")
}

func TestComposeBeginsWithTheTemplate(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24, template("APPROVED", "GREEN", withOut))
	for _, a := range d.view.Actions() {
		if a.Keys[0] != "c" {
			continue
		}
		if got := a.Run()(); got != (view.Compose{Template: "spring_offer", Language: "es"}) {
			t.Errorf("c gives %v", got)
		}
	}
}

func TestOpenedFromElsewhere(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24, samples(t)...)
	d.Send(view.OpenTemplate{Name: "order_ready", Language: "es"})
	d.See("tu encargo {{2}}")
}

func TestPartsNobodyKnowsDoNoHarm(t *testing.T) {
	t.Parallel()
	d := open(t, 120, 36, template("APPROVED", "GREEN", `[{"type":"LATER"}]`))
	d.See("spring_offer", "no way to stop")
}

func TestTemplatesLookTheSameEverywhere(t *testing.T) {
	t.Parallel()
	for name, size := range map[string][2]int{"60x20": {60, 20}, "80x24": {80, 24}, "120x36": {120, 36}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t, size[0], size[1], samples(t)...)
			d.Golden("list-" + name)
			d.Press("end", "enter")
			d.Golden("preview-" + name)
		})
	}
}
