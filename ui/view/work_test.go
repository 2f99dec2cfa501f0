package view_test

import (
	"context"
	"errors"
	"testing"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/view"
)

func env(t *testing.T) *view.Env {
	t.Helper()
	return &view.Env{Ctx: t.Context(), Work: &view.Work{}}
}

func ask[T any](e *view.Env, q *view.Latest, value T, err error) tea.Cmd {
	return view.Do(e, "me", q, func(context.Context) (T, error) { return value, err })
}

func TestOnlyTheAnswerToTheLastQuestionCounts(t *testing.T) {
	t.Parallel()
	e := env(t)
	var q, other view.Latest
	first := ask(e, &q, 1, nil)
	second := ask(e, &q, 2, nil)
	late, _ := second().(view.Result[int])
	early, _ := first().(view.Result[int])
	if early.Of(&q) {
		t.Error("the answer to a replaced question counts")
	}
	if late.Of(&other) {
		t.Error("an answer counts for another query of the same type")
	}
	if !q.Waiting() || !late.Of(&q) || late.Value != 2 {
		t.Error("the answer to the last question does not count")
	}
	if q.Waiting() || late.Of(&q) {
		t.Error("an answer counts twice")
	}
}

func TestAskingAgainCancelsTheQuestionBefore(t *testing.T) {
	t.Parallel()
	e := env(t)
	var q view.Latest
	slow := view.Do(e, "me", &q, func(ctx context.Context) (int, error) {
		<-ctx.Done()
		return 0, ctx.Err()
	})
	q.Drop()
	r, _ := slow().(view.Result[int])
	if !errors.Is(r.Err, context.Canceled) || r.Of(&q) {
		t.Errorf("got %v", r)
	}
}

func TestAnswersCarryTheirAddressAndWorkIsCounted(t *testing.T) {
	t.Parallel()
	e := env(t)
	var q view.Latest
	cmd := ask(e, &q, "x", nil)
	if e.Work.Running() != 1 {
		t.Errorf("running %d while the question is open", e.Work.Running())
	}
	msg, ok := cmd().(view.Addressed)
	if !ok || msg.Recipient() != "me" {
		t.Errorf("answer goes to %v", msg)
	}
	if e.Work.Running() != 0 {
		t.Errorf("running %d afterwards", e.Work.Running())
	}
}

func TestRestingIsNotWork(t *testing.T) {
	t.Parallel()
	var w view.Work
	done := w.Rest()
	if w.Resting() != 1 || w.Running() != 0 {
		t.Errorf("resting %d, running %d", w.Resting(), w.Running())
	}
	if done(); w.Resting() != 0 {
		t.Errorf("resting %d afterwards", w.Resting())
	}
}

func TestTypingTakesLettersFromActions(t *testing.T) {
	t.Parallel()
	actions := []view.Action{
		{Keys: []string{"n"}, Label: "new", Off: func() string { return "not now" }},
		{Keys: []string{"enter", "space"}, Label: "open"},
	}
	letter := tea.KeyPressMsg{Code: 'n', Text: "n"}
	enter := tea.KeyPressMsg{Code: tea.KeyEnter}
	if a, ok := view.Find(actions, letter, false); !ok || a.Why() != "not now" {
		t.Error("a letter is not found")
	}
	if _, ok := view.Find(actions, letter, true); ok {
		t.Error("a letter is taken from the text field")
	}
	if a, ok := view.Find(actions, enter, true); !ok || a.Why() != "" {
		t.Error("enter is not found while typing")
	}
	if _, ok := view.Find(actions, tea.KeyPressMsg{Code: 'x', Text: "x"}, false); ok {
		t.Error("a foreign key is found")
	}
}
