package start_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"pregon/assets"
	"pregon/sender"
	"pregon/store"
	"pregon/ui/broadcasts/draft/start"
	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
)

var tuesday = time.Date(2026, time.November, 24, 10, 0, 0, 0, time.UTC)

func environment(t *testing.T) *view.Env {
	t.Helper()
	p, err := say.New("en", assets.Locales())
	if err != nil {
		t.Fatal(err)
	}
	return &view.Env{
		Ctx: t.Context(), Theme: theme.New(theme.Unicode()), Say: p.In(time.UTC), Work: &view.Work{}, Hold: 10 * time.Second,
		Now:   func() time.Time { return tuesday },
		After: func(time.Duration, func(time.Time) tea.Msg) tea.Cmd { return nil },
	}
}

func write(s *start.Start, text string) {
	for _, r := range text {
		s.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

func drawn(s *start.Start, width int) string {
	return ansi.Strip(s.Render(nil, width).Content)
}

// told is what a command tells the reader.
func told(t *testing.T, cmd tea.Cmd) string {
	t.Helper()
	if cmd == nil {
		return ""
	}
	tell, ok := cmd().(view.Tell)
	if !ok {
		t.Fatalf("the command is no sentence")
	}
	return tell.Text
}

func TestTheFirstThingInTheWayIsSaidAndNothingCanBeTyped(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		now  start.Situation
		why  string
	}{
		{"a blocker", start.Situation{Count: 3, Unseen: true, Blockers: []store.Blocker{store.BlockerNoTemplate}}, "There is no template (any more): choose one."},
		{"it is counted", start.Situation{Count: 3, Counting: true, Unseen: true}, "One moment: it is being counted and checked."},
		{"it starts already", start.Situation{Count: 3, Starting: true}, "One moment: it is being counted and checked."},
		{"nobody looked", start.Situation{Count: 3, Unseen: true}, "Look at step 4 first: who gets it, and who does not."},
		{"nothing", start.Situation{Count: 3}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := start.New(environment(t))
			s.Prepare(tt.now)
			if got := s.Why(); got != tt.why {
				t.Errorf("why %q, want %q", got, tt.why)
			}
			write(s, "3")
			if _, cmd := s.Enter(); cmd != nil && s.Holding() != (tt.why == "") {
				t.Error("what is in its way does not keep it from beginning")
			}
			if s.Holding() != (tt.why == "") {
				t.Errorf("holding %v", s.Holding())
			}
		})
	}
}

func TestATimeThatIsTypedIsReadBackBeforeItCounts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"tomorrow 10:30":  "that is 25 Nov 2026 10:30, in 1 day",
		"12:00":           "that is 24 Nov 2026 12:00, in 2 h",
		"moon":            "Write a day and a time, such as tomorrow 10:30. Empty is now.",
		"2026-11-23 9:00": "23 Nov 2026 09:00 is over already.",
	} {
		s := start.New(environment(t))
		s.Prepare(start.Situation{Count: 3})
		s.Stand(start.LineWhen)
		write(s, text)
		if got := drawn(s, 80); !strings.Contains(got, want) {
			t.Errorf("%q is drawn as\n%s\nwant %q", text, got, want)
		}
	}
}

func TestEnterDoesNotLeaveATimeThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	s := start.New(environment(t))
	s.Prepare(start.Situation{Count: 3})
	s.Stand(start.LineWhen)
	write(s, "moon")
	if _, cmd := s.Enter(); told(t, cmd) != "Write a day and a time, such as tomorrow 10:30. Empty is now." || s.At() != start.LineWhen {
		t.Errorf("at line %d", s.At())
	}
	for range "moon" {
		s.Update(tea.KeyPressMsg{Code: tea.KeyBackspace})
	}
	if _, cmd := s.Enter(); told(t, cmd) != "" || s.At() != start.LineCount || !s.Goes().IsZero() {
		t.Errorf("an empty time is not now: line %d, %v", s.At(), s.Goes())
	}
}

func TestPlanningAsksForTheCountButHoldsNothing(t *testing.T) {
	t.Parallel()
	s := start.New(environment(t))
	s.Prepare(start.Situation{Count: 3})
	s.Stand(start.LineWhen)
	write(s, "tomorrow 10:30")
	s.Enter()
	if got := drawn(s, 80); !strings.Contains(got, "Type 3 to plan it for 3 people, 25 Nov 2026 10:30") {
		t.Errorf("it asks\n%s", got)
	}
	write(s, "3")
	if begin, _ := s.Enter(); !begin || s.Holding() {
		t.Errorf("begins %v, holds %v", begin, s.Holding())
	}
	if want := tuesday.Add(24*time.Hour + 30*time.Minute); !s.Goes().Equal(want) {
		t.Errorf("it goes %v", s.Goes())
	}
}

func TestWhatChangesStopsWhatIsHeldAndSaysSo(t *testing.T) {
	t.Parallel()
	for name, changed := range map[string]start.Situation{
		"another count": {Count: 4}, "a blocker": {Count: 3, Blockers: []store.Blocker{store.BlockerNoTemplate}}, "counted anew": {Count: 3, Counting: true},
	} {
		s := start.New(environment(t))
		s.Prepare(start.Situation{Count: 3})
		write(s, "3")
		s.Enter()
		if !s.Holding() {
			t.Fatalf("%s: it is not held", name)
		}
		if cmd := s.Prepare(start.Situation{Count: 3}); cmd != nil || !s.Holding() {
			t.Errorf("%s: the same situation stopped it", name)
		}
		if got := told(t, s.Prepare(changed)); got != "Stopped, because something changed. Nothing was sent." || s.Holding() {
			t.Errorf("%s: %q, held %v", name, got, s.Holding())
		}
	}
}

func TestWithoutAFeedTheRiskIsAcceptedInWordsFirst(t *testing.T) {
	t.Parallel()
	s := start.New(environment(t))
	s.Prepare(start.Situation{Count: 3, Feedless: true})
	if got := drawn(s, 80); !strings.Contains(got, "No feed was ever connected") || !strings.Contains(got, "Type ACCEPT") {
		t.Errorf("it asks\n%s", got)
	}
	write(s, "3")
	if _, cmd := s.Enter(); told(t, cmd) != "That is not ACCEPT. Nothing was sent." || s.Holding() {
		t.Error("the count alone began it")
	}
}

func TestAPlanSaysByWhomAndHowItIsTakenBack(t *testing.T) {
	t.Parallel()
	s := start.New(environment(t))
	b := store.Broadcast{State: store.BroadcastScheduled}
	b.SendAt = tuesday.Add(26 * time.Hour)
	b.Confirmed.By = "Ana\x1b[2J"
	s.Plan(b)
	text := strings.Join(strings.Fields(drawn(s, 60)), " ")
	if !strings.Contains(text, "✓ Planned for 25 Nov 2026 12:00, by Ana") || !strings.Contains(text, "Press u to take the plan back") {
		t.Errorf("drawn as %q", text)
	}
	if role, said := s.Summary(); role != theme.Good || said != "Planned for Wed 12:00" {
		t.Errorf("in short: %q", said)
	}
	if s.Typing() {
		t.Error("letters belong to a count that is not asked for")
	}
}

func TestAPlanThatWillNotStartByItselfSaysWhy(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		reason, by string
		at         time.Time
		want       string
	}{
		"nobody confirmed it": {"", "", tuesday.Add(time.Hour), "Nobody confirmed to how many people it goes."},
		"it was missed":       {"", "Ana", tuesday.Add(-store.MissedAfter - time.Second), "Its time passed while nothing ran that could start it."},
		"many more":           {"grew", "Ana", tuesday.Add(time.Hour), "Many more people would get it now than were confirmed."},
		"other words":         {"reworded", "Ana", tuesday.Add(time.Hour), "The words of its template were changed at Meta since it was confirmed."},
		"something kept it":   {"blocked", "Ana", tuesday.Add(-time.Hour), "Something kept it from starting: see the steps."},
		"just due":            {"", "Ana", tuesday.Add(-store.MissedAfter), ""},
	} {
		s := start.New(environment(t))
		b := store.Broadcast{State: store.BroadcastScheduled, Reason: tt.reason}
		b.SendAt = tt.at
		b.Confirmed.By = tt.by
		s.Plan(b)
		text := strings.Join(strings.Fields(drawn(s, 70)), " ")
		if asks := strings.Contains(text, "Nothing was sent."); asks != (tt.want != "") || !strings.Contains(text, tt.want) {
			t.Errorf("%s: drawn as %q", name, text)
		}
		if role, _ := s.Summary(); (role == theme.Warn) != (tt.want != "") {
			t.Errorf("%s: the summary has the role %v", name, role)
		}
	}
}

func TestAPlanThatWasTakenBackIsNoPlan(t *testing.T) {
	t.Parallel()
	s := start.New(environment(t))
	b := store.Broadcast{State: store.BroadcastScheduled}
	b.SendAt = tuesday.Add(time.Hour)
	s.Plan(b)
	b.State = store.BroadcastDraft
	s.Plan(b)
	if !s.Planned().IsZero() || !s.Typing() {
		t.Error("the plan is still there")
	}
}

func TestMetaIsAskedOncePerVisit(t *testing.T) {
	t.Parallel()
	asked := 0
	standing := start.NewStanding(environment(t), func(_ context.Context, of sender.HealthOf) ([]sender.Finding, error) {
		asked++
		if of.Template != "offer" || of.Language != "en" {
			t.Errorf("asked for %v", of)
		}
		return nil, nil
	})
	if standing.Ask("", "") != nil {
		t.Error("without a template there is nothing to ask")
	}
	cmd := standing.Ask("offer", "en")
	if cmd == nil || standing.Ask("offer", "en") != nil {
		t.Fatal("it is asked twice")
	}
	answer, _ := cmd().(view.Result[[]sender.Finding])
	standing.Forget()
	if standing.Ask("offer", "en") == nil {
		t.Error("it is not asked again")
	}
	if standing.Take(answer) {
		t.Error("the answer to the question before counts")
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}

func TestOnlyWhatStopsItKeepsItFromGoing(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		found sender.Finding
		stops bool
		shown string
	}{
		"a stop":    {sender.Finding{Level: sender.LevelStop, Code: "token_expired"}, true, "✗ The access token is over."},
		"a warning": {sender.Finding{Level: sender.LevelWarn, Code: "quality_yellow"}, false, "! Some customers block or report the shop's number."},
		"all right": {sender.Finding{Level: sender.LevelOK, Code: "connected"}, false, ""},
	} {
		standing := start.NewStanding(environment(t), func(context.Context, sender.HealthOf) ([]sender.Finding, error) {
			return []sender.Finding{tt.found}, nil
		})
		cmd := standing.Ask("offer", "en")
		s := start.New(environment(t))
		s.Prepare(start.Situation{Count: 3, Standing: standing})
		if got := drawn(s, 80); !strings.Contains(got, "asking WhatsApp whether it can go out") || s.Why() == "" {
			t.Errorf("%s: while it is asked:\n%s", name, got)
		}
		answer, _ := cmd().(view.Result[[]sender.Finding])
		if !standing.Take(answer) {
			t.Fatalf("%s: the answer does not count", name)
		}
		s.Prepare(start.Situation{Count: 3, Standing: standing})
		if got := drawn(s, 80); (s.Why() != "") != tt.stops || !strings.Contains(got, tt.shown) || strings.Contains(got, "Type 3") == tt.stops {
			t.Errorf("%s: why %q, drawn\n%s", name, s.Why(), got)
		}
	}
}

func TestAQuestionThatFailedKeepsNobodyFromSending(t *testing.T) {
	t.Parallel()
	standing := start.NewStanding(environment(t), func(context.Context, sender.HealthOf) ([]sender.Finding, error) {
		return nil, errors.New("no route")
	})
	answer, _ := standing.Ask("offer", "en")().(view.Result[[]sender.Finding])
	standing.Take(answer)
	s := start.New(environment(t))
	s.Prepare(start.Situation{Count: 3, Standing: standing})
	if s.Why() != "" || !strings.Contains(drawn(s, 60), "Type 3 to send to 3 people") {
		t.Errorf("why %q, drawn\n%s", s.Why(), drawn(s, 60))
	}
}
