package customer_test

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"pregon/assets"
	"pregon/store"
	"pregon/store/phone"
	"pregon/ui/consent/customer"
	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
)

var noon = time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)

func env(t *testing.T, lang string) *view.Env {
	t.Helper()
	p, err := say.New(lang, assets.Locales())
	if err != nil {
		t.Fatal(err)
	}
	return &view.Env{
		Theme: theme.New(theme.Unicode()), Say: p.In(time.UTC), Now: func() time.Time { return noon }, Staff: func() string { return "Marta" },
	}
}

func known(s store.Standing) customer.Customer {
	s.ConsentAt = noon.Add(-24 * time.Hour)
	if s.Saved == "" {
		s.Saved = store.GradeUnknown
	}
	return customer.Customer{Looked: true, Contact: store.Contact{ID: 1, Name: "Lucía Marín", Country: "CA", Standing: s, Verdict: s.Verdict(false, "CA")}}
}

func TestEveryStandingIsSaidBeforeStaffAsks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		standing store.Standing
		role     theme.Role
		want     string
	}{
		{"not asked", store.Standing{Consent: store.ConsentNone}, theme.Warn, "was not asked yet"},
		{"asked", store.Standing{Consent: store.ConsentAsked}, theme.Warn, "has not answered"},
		{"refused", store.Standing{Consent: store.ConsentRefused}, theme.Warn, "Do not ask again before"},
		{"agreed", store.Standing{Consent: store.ConsentGiven}, theme.Warn, "Our number is not saved yet."},
		{"agreed and saved", store.Standing{Consent: store.ConsentGiven, Saved: store.GradeSaysSaved}, theme.Good, "gets broadcasts already"},
		{"unreachable", store.Standing{Consent: store.ConsentGiven, Saved: store.GradeSaysSaved, Platform: store.PlatformUnreachable}, theme.Warn, "does not reach her number"},
		{"expired", store.Standing{Consent: store.ConsentExpired}, theme.Warn, "too old"},
		{"withdrew", store.Standing{Consent: store.ConsentWithdrawn}, theme.Bad, "Staff cannot bring her back"},
		{"stopped in WhatsApp", store.Standing{Consent: store.ConsentGiven, Platform: store.PlatformStopped}, theme.Bad, "Only she can start them again"},
		{"suppressed", store.Standing{Suppressed: true}, theme.Bad, "for good"},
		{"erased", store.Standing{Erased: true}, theme.Bad, "for good"},
	}
	for lang := range assets.Locales() {
		e := env(t, lang)
		for _, test := range tests {
			c := known(test.standing)
			role, text := c.Standing(e)
			if role != test.role || text == "" || lang == "en" && !strings.Contains(text, test.want) {
				t.Errorf("%s, %s: %v %q, want %q", lang, test.name, role, text, test.want)
			}
		}
	}
	nobody := customer.Customer{Looked: true}
	if _, text := nobody.Standing(env(t, "en")); text != "" {
		t.Errorf("of nobody it says %q", text)
	}
	abroad := customer.Customer{Typing: phone.Typing{Number: "+12125550100"}, Looked: true}
	if _, text := abroad.Standing(env(t, "en")); !strings.Contains(text, "no offers to numbers of this country") {
		t.Errorf("of a number nobody can reach it says %q", text)
	}
}

func TestTheNumberIsCommentedWhileItIsTyped(t *testing.T) {
	t.Parallel()
	e := env(t, "en")
	for _, test := range []struct {
		typed string
		known bool
		want  string
	}{
		{"", false, ""},
		{"604 55", false, "digits are missing"},
		{"604 555 0112", false, "Canada · mobile · not yet a customer"},
		{"604 555 0112", true, "Canada · mobile · a customer"},
		{"604 555 0112 99 99 99 99", false, "! too many digits"},
		{"hello", false, "! this is no phone number"},
	} {
		c := customer.Customer{Typing: phone.AsTyped(test.typed, "CA"), Looked: true}
		if test.known {
			c.Contact.ID = 1
		}
		if _, got := c.Hint(e); got != test.want {
			t.Errorf("%q: %q, want %q", test.typed, got, test.want)
		}
	}
}

func TestWhatWasRecordedIsSaidWithItsTime(t *testing.T) {
	t.Parallel()
	e := env(t, "en")
	given := store.Standing{Consent: store.ConsentGiven, Saved: store.GradeSeenByStaff}
	said := given
	said.Saved = store.GradeSaysSaved
	for _, test := range []struct {
		name string
		c    customer.Customer
		done customer.Kind
		role theme.Role
		want string
	}{
		{"nothing", known(given), 0, theme.Plain, ""},
		{"a grade", known(given), customer.Graded, theme.Plain, ""},
		{"no", known(store.Standing{Consent: store.ConsentRefused}), customer.SaidNo, theme.Good, "Recorded at 12:00: she said no. She gets nothing."},
		{"stop", known(store.Standing{Consent: store.ConsentWithdrawn}), customer.Withdrew, theme.Good, "Withdrawn at 12:00: nothing more goes to her, from this moment."},
		{"yes, seen", known(given), customer.SaidYes, theme.Good, "Lucía can get broadcasts: agreed 12:00, number seen saved by Marta."},
		{"yes, said", known(said), customer.SaidYes, theme.Good, "Lucía can get broadcasts: agreed 12:00, and says our number is saved."},
		{"yes, not saved", known(store.Standing{Consent: store.ConsentGiven}), customer.SaidYes, theme.Warn, "Lucía agreed at 12:00. Broadcasts begin once our number is saved."},
	} {
		test.c.Done, test.c.DoneAt = test.done, noon
		if role, got := test.c.Result(e); role != test.role || got != test.want {
			t.Errorf("%s: %v %q, want %q", test.name, role, got, test.want)
		}
	}
	nameless := known(given)
	nameless.Contact.Name, nameless.Done, nameless.DoneAt = " ", customer.SaidYes, noon
	if _, got := nameless.Result(e); !strings.HasPrefix(got, "This customer can get broadcasts") {
		t.Errorf("without a name: %q", got)
	}
}

func TestTheAnswersAreTwoOfOneSizeUntilOneIsGiven(t *testing.T) {
	t.Parallel()
	for lang := range assets.Locales() {
		e := env(t, lang)
		for _, width := range []int{92, 80, 60, 40} {
			c := known(store.Standing{Consent: store.ConsentNone})
			frame := c.Answers(e, width)
			for line := range strings.SplitSeq(ansi.Strip(frame.Content), "\n") {
				if width >= 60 && theme.Width(line) > width {
					t.Errorf("%s, width %d: a line of %d cells: %q", lang, width, theme.Width(line), line)
				}
			}
			yes, no := frame.Zones[0], frame.Zones[1]
			if yes.Area.Size() != no.Area.Size() || yes.Area.Overlaps(no.Area) {
				t.Errorf("%s, width %d: yes %v, no %v", lang, width, yes.Area, no.Area)
			}
			keys := make([]string, 0, len(frame.Zones))
			for _, zone := range frame.Zones {
				press, ok := zone.Msg.(customer.Press)
				if !ok {
					t.Fatalf("%s: a click sends %#v", lang, zone.Msg)
				}
				keys = append(keys, press.Key.String())
			}
			if got := strings.Join(keys, " "); got != "y n a s d o" {
				t.Errorf("%s, width %d: the keys are %q", lang, width, got)
			}
			c.Done = customer.SaidNo
			if frame = c.Answers(e, width); strings.Contains(ansi.Strip(frame.Content), "┃") {
				t.Errorf("%s: the answers stay after one was given", lang)
			}
		}
	}
}

func TestWhoWithdrewIsNotAskedHowSheReadIt(t *testing.T) {
	t.Parallel()
	c := known(store.Standing{Consent: store.ConsentWithdrawn})
	for _, zone := range c.Answers(env(t, "en"), 80).Zones {
		if press, ok := zone.Msg.(customer.Press); ok && press.Key.String() == "o" {
			t.Error("asked all the same")
		}
	}
}
