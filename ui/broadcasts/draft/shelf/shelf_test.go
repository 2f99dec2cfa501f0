package shelf_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"pregon/assets"
	"pregon/store"
	"pregon/ui/broadcasts/draft/shelf"
	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/rows"
)

const body = `[{"type":"BODY","text":"Fresh bread"}]`

func template(name, status, quality string) store.Template {
	return store.Template{Name: name, Language: "en", Status: status, Quality: quality, Components: body}
}

func shelved(t *testing.T, name, language string, list ...store.Template) *shelf.Shelf {
	t.Helper()
	p, err := say.New("en", assets.Locales())
	if err != nil {
		t.Fatal(err)
	}
	s := shelf.New(&view.Env{Ctx: t.Context(), Theme: theme.New(theme.Unicode()), Say: p}, name, language)
	s.Offer(list)
	return s
}

func TestWhatCanBeSentStandsFirst(t *testing.T) {
	t.Parallel()
	s := shelved(t, "", "",
		template("old", "REJECTED", ""), template("red", "APPROVED", "RED"), template("bread", "APPROVED", "GREEN"), template("cake", "APPROVED", "YELLOW"))
	text := ansi.Strip(s.Render("list", view.Size{W: 60, H: 10}).Content)
	order := make([]int, 0, 4)
	for _, name := range []string{"bread", "cake", "old", "red"} {
		order = append(order, strings.Index(text, name))
	}
	for i := 1; i < len(order); i++ {
		if order[i-1] < 0 || order[i] < order[i-1] {
			t.Fatalf("the order is wrong:\n%s", text)
		}
	}
	if taken, ok := s.Take(); !ok || taken.Name != "bread" {
		t.Errorf("Enter takes %q", taken.Name)
	}
}

func TestEachThatCannotBeSentSaysWhy(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ status, quality, why string }{
		{"REJECTED", "", "rejected"},
		{"PENDING", "", "Meta checks it"},
		{"GONE", "", "deleted at Meta"},
		{"OF_TOMORROW", "", "not approved"},
		{"APPROVED", "RED", "people complained of it"},
	} {
		s := shelved(t, "bread", "en", template("bread", tt.status, tt.quality))
		if text := ansi.Strip(s.Render("list", view.Size{W: 70, H: 5}).Content); !strings.Contains(text, "! bread · en  "+tt.why) {
			t.Errorf("%s %s: %q lacks %q", tt.status, tt.quality, text, tt.why)
		}
		if role, said := s.Summary(); role != theme.Bad || said != "bread · en cannot be sent now: "+tt.why {
			t.Errorf("%s %s: the summary is %q", tt.status, tt.quality, said)
		}
	}
}

func TestTheChosenOneIsFoundAgainWhereverItStands(t *testing.T) {
	t.Parallel()
	s := shelved(t, "cake", "en", template("bread", "APPROVED", ""), template("tart", "APPROVED", ""), template("cake", "APPROVED", ""))
	if s.At() != 2 {
		t.Errorf("the cursor is at %d", s.At())
	}
	s.Stand(0)
	s.Offer([]store.Template{template("cake", "APPROVED", ""), template("tart", "APPROVED", "")})
	if s.At() != 0 {
		t.Errorf("after another reading it is at %d", s.At())
	}
	if role, said := s.Summary(); role != theme.Good || said != "cake · en, approved" {
		t.Errorf("the summary is %q", said)
	}
}

func TestTheSameNameInAnotherLanguageIsNotTheChosenOne(t *testing.T) {
	t.Parallel()
	s := shelved(t, "bread", "es", template("bread", "APPROVED", ""))
	if s.Chosen() != nil {
		t.Error("another language was taken for the chosen one")
	}
	if role, said := s.Summary(); role != theme.Warn || said != "choose one" {
		t.Errorf("the summary is %q", said)
	}
	if s.Under() == nil || s.Under().Part("BODY").Text != "Fresh bread" {
		t.Error("the cursor's template is not shown")
	}
}

func TestATemplateThatCannotBeReadIsNotChosen(t *testing.T) {
	t.Parallel()
	broken := template("bread", "APPROVED", "")
	broken.Components = "{"
	s := shelved(t, "bread", "en", broken)
	if s.Chosen() != nil || s.Under() != nil {
		t.Error("a message was made of what cannot be read")
	}
	if role, _ := s.Summary(); role != theme.Warn {
		t.Error("it counts as chosen")
	}
}

func TestTheCursorStaysOnTheShelf(t *testing.T) {
	t.Parallel()
	s := shelved(t, "", "", template("bread", "APPROVED", ""), template("cake", "APPROVED", ""))
	for _, tt := range []struct{ to, want int }{{-5, 0}, {1, 1}, {2, 1}, {99, 1}} {
		if s.Stand(tt.to); s.At() != tt.want {
			t.Errorf("to %d: at %d, want %d", tt.to, s.At(), tt.want)
		}
	}
	empty := shelved(t, "", "")
	empty.Stand(3)
	if _, ok := empty.Take(); ok || empty.At() != 0 || empty.Under() != nil {
		t.Error("something was taken from an empty shelf")
	}
}

func TestAnEmptyShelfSaysHowItIsFilled(t *testing.T) {
	t.Parallel()
	for _, width := range []int{20, 40, 80} {
		lines := strings.Split(ansi.Strip(shelved(t, "", "").Render("list", view.Size{W: width, H: 9}).Content), "\n")
		if text := strings.Join(lines, " "); !strings.Contains(text, "No templates yet. Press esc, then 3, then s") {
			t.Errorf("%d cells: %q", width, text)
		}
		for _, line := range lines {
			if theme.Width(line) > width {
				t.Errorf("%d cells: %q", width, line)
			}
		}
	}
}

func TestAHostileNameOnTheShelfStaysText(t *testing.T) {
	t.Parallel()
	s := shelved(t, "bad\x1b[2J\u202ename", "en", template("bad\x1b[2J\u202ename", "APPROVED", ""))
	_, said := s.Summary()
	for _, text := range []string{said, ansi.Strip(s.Render("list", view.Size{W: 40, H: 4}).Content)} {
		if strings.ContainsAny(text, "\x1b\u202e") || !strings.Contains(text, "badname") {
			t.Errorf("drawn as %q", text)
		}
	}
}

func TestAClickOnTheShelfNamesItsLine(t *testing.T) {
	t.Parallel()
	s := shelved(t, "", "", template("bread", "APPROVED", ""), template("cake", "APPROVED", ""))
	frame := s.Render("templates", view.Size{W: 40, H: 4})
	if len(frame.Zones) != 2 {
		t.Fatalf("%d places to click", len(frame.Zones))
	}
	if pick, ok := frame.Zones[1].Msg.(rows.Pick); !ok || pick.Of != "templates" || pick.At != 1 {
		t.Errorf("the second is %v", frame.Zones[1].Msg)
	}
}
