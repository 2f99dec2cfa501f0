package person_test

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"pregon/assets"
	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui/contacts/person"
	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
)

func env(t *testing.T, lang string) *view.Env {
	t.Helper()
	p, err := say.New(lang, assets.Locales())
	if err != nil {
		t.Fatal(err)
	}
	return &view.Env{
		Theme: theme.New(theme.Unicode()), Say: p.In(time.UTC), Now: func() time.Time { return storetest.Start.Add(time.Hour) },
	}
}

// open is the page of a contact as the file has it.
func open(t *testing.T, shop *storetest.Shop, id store.ContactID, before *person.Page) *person.Page {
	t.Helper()
	file, err := person.Read(t.Context(), shop.Store, id)
	if err != nil {
		t.Fatal(err)
	}
	return person.New(person.NewWords(env(t, "en")), file, before)
}

func seen(p *person.Page, width int, keys bool) string {
	return ansi.Strip(p.Render(view.Size{W: width, H: 30}, keys).Content)
}

func TestTheHistoryIsToldNewestFirst(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := shop.Contact(t, 1)
	shop.Clock.Advance(time.Minute)
	shop.OptIn(t, id)
	shop.Clock.Advance(time.Minute)
	shop.Saved(t, id)
	shop.Clock.Advance(time.Minute)
	if _, err := shop.RecordOptOut(t.Context(), store.OptOut{Contact: id, Reason: "told us", Staff: "Marta"}); err != nil {
		t.Fatal(err)
	}
	screen := seen(open(t, shop, id, nil), 80, true)
	last := -1
	for _, words := range []string{"10:03  ✗ withdrew · Marta", "10:02  ✓ saved number seen · Marta", "10:01  ✓ agreed · Marta", "10:00  added, from: counter"} {
		at := strings.Index(screen, words)
		if at <= last {
			t.Errorf("%q stands at %d, after %d:\n%s", words, at, last, screen)
		}
		last = at
	}
}

func TestAPageGoesOnWhereTheOneBeforeStood(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	first, other := shop.Customer(t, 1), shop.Customer(t, 2)
	p := open(t, shop, first, nil)
	p.Move("down")
	p.Toggle()
	if screen := seen(p, 80, true); !strings.Contains(screen, "The words, optin-en v1:") {
		t.Fatalf("not open:\n%s", screen)
	}
	again := open(t, shop, first, p)
	if screen := seen(again, 80, true); !strings.Contains(screen, "The words, optin-en v1:") {
		t.Errorf("closed by itself:\n%s", screen)
	}
	if screen := seen(open(t, shop, other, again), 80, true); strings.Contains(screen, "The words") {
		t.Errorf("somebody else's entry is open:\n%s", screen)
	}
	again.Toggle()
	if screen := seen(again, 80, true); strings.Contains(screen, "The words") {
		t.Errorf("not closed:\n%s", screen)
	}
}

func TestOnlyThePageWithTheKeysShowsItsCursor(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	p := open(t, shop, shop.Customer(t, 1), nil)
	if strings.Contains(seen(p, 80, false), "▸") || !strings.Contains(seen(p, 80, true), "▸") {
		t.Error("the cursor does not follow the keys")
	}
}

func TestALongHistoryScrollsWithTheCursorAndClicksStay(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := shop.Contact(t, 1)
	for range 20 {
		shop.Clock.Advance(time.Minute)
		shop.Saved(t, id)
	}
	p := open(t, shop, id, nil)
	for _, key := range []string{"end", "up", "pgup", "down", "pgdown", "home"} {
		p.Move(key)
		frame := p.Render(view.Size{W: 60, H: 8}, true)
		lines := strings.Split(ansi.Strip(frame.Content), "\n")
		if len(lines) > 8 || !strings.Contains(strings.Join(lines, "\n"), "▸") {
			t.Fatalf("after %s the cursor is not seen:\n%s", key, strings.Join(lines, "\n"))
		}
		for _, zone := range frame.Zones {
			if zone.Area.Min.Y < 0 || zone.Area.Max.Y > 8 {
				t.Errorf("after %s a click is at %v", key, zone.Area)
			}
		}
	}
	frame := p.Render(view.Size{W: 60, H: 30}, true)
	press, ok := frame.Zones[3].Msg.(person.Pressed)
	if !ok {
		t.Fatalf("a click sends %#v", frame.Zones[3].Msg)
	}
	p.Click(press)
	row := strings.Split(seen(p, 60, true), "\n")[frame.Zones[3].Area.Min.Y]
	if !strings.HasPrefix(row, "▸") {
		t.Errorf("the click went elsewhere: %q", row)
	}
}

func TestEveryReasonSaysWhetherTheCounterMendsIt(t *testing.T) {
	t.Parallel()
	words := person.NewWords(env(t, "en"))
	for _, reason := range store.Reasons() {
		c := store.Contact{Phone: "+16045550101", Verdict: store.Verdict{Why: []store.Reason{reason}}, Standing: store.Standing{Consent: store.ConsentNone}}
		role, text := words.Verdict(c)
		if text == "" || role != theme.Warn && role != theme.Bad {
			t.Errorf("%s: %v %q", reason, role, text)
		}
		c.Phone = ""
		if words.Mendable(c) {
			t.Errorf("%s: the counter needs a number", reason)
		}
	}
	for reason, want := range map[store.Reason]bool{
		store.ReasonNotSaved: true, store.ReasonExpired: true, store.ReasonWithdrawn: true, store.ReasonNoConsent: true,
		store.ReasonSuppressed: false, store.ReasonPlatformStopped: false, store.ReasonUnreachable: false, store.ReasonUndeliverableMarket: false,
	} {
		c := store.Contact{Phone: "+16045550101", Verdict: store.Verdict{Why: []store.Reason{reason}}}
		if got := words.Mendable(c); got != want {
			t.Errorf("%s can be mended at the counter: %v, want %v", reason, got, want)
		}
	}
	if role, text := words.Verdict(store.Contact{Standing: store.Standing{ConsentAt: storetest.Start, SavedAt: storetest.Start.Add(-time.Hour)}}); role != theme.Good || text != "since 24 Nov" {
		t.Errorf("sendable: %v %q", role, text)
	}
}

func TestWhoHasNoNameOrNumberIsStillSomebody(t *testing.T) {
	t.Parallel()
	words := person.NewWords(env(t, "en"))
	if got := words.Name(store.Contact{Name: " \u200b"}).String(); got != "(no name)" {
		t.Errorf("named %q", got)
	}
	if got := words.Number(store.Contact{UserID: "ES.123\x1b[2J"}).String(); got != "ES.123" {
		t.Errorf("without a number %q", got)
	}
	if got := words.Number(store.Contact{Phone: "+16045550101"}).String(); got != "+1 604-555-0101" {
		t.Errorf("the number is %q", got)
	}
}

func TestTheNameIsTheLastColumn(t *testing.T) {
	t.Parallel()
	for lang := range assets.Locales() {
		columns := person.NewWords(env(t, lang)).Columns()
		hostile := store.Contact{Name: "\u202eevil\x1b[2J", Phone: "+16045550101", Verdict: store.Verdict{Why: []store.Reason{store.ReasonNotSaved}}}
		for i, column := range columns {
			text := column.Cell(hostile).Text.String()
			if last := i == len(columns)-1; strings.Contains(text, "evil") != last {
				t.Errorf("%s: column %d shows %q", lang, i, text)
			}
		}
	}
}

func TestNobodyIsSaidAsAnError(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	if _, err := person.Read(t.Context(), shop.Store, 4711); store.Code(err) != "not_found" {
		t.Errorf("got %v", err)
	}
}
