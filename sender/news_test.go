package sender_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pregon/sender"
	"pregon/sender/sandbox"
	"pregon/store"
)

// newsroom is a desk with a clock that stands still, whose feed is heard and whose engine keeps the schedule; edit changes
// the engine.
func newsroom(t *testing.T, opt sandbox.Options, edit func(*sender.Config)) *desk {
	t.Helper()
	d := newDesk(t, 3, opt)
	d.clock.begun, d.clock.speed = time.Now(), 0
	d.listening(t)
	if _, err := d.engine(t, d.Shop, nil).SyncTemplates(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.lists.Store(0)
	keeping(t, d.engine(t, d.Shop, edit))
	return d
}

// passing lets time pass until something holds.
func (d *desk) passing(t *testing.T, what string, holds func() bool) {
	t.Helper()
	d.until(t, what, func() bool {
		d.clock.advance(time.Second)
		return holds()
	})
}

// says lets time pass until a template says something, for which nobody was sent to.
func (d *desk) says(t *testing.T, name, words string) {
	t.Helper()
	d.passing(t, "the words "+words, func() bool {
		template, err := d.Template(t.Context(), name, "en")
		return err == nil && strings.Contains(template.Components, words)
	})
	if n := d.calls.Load(); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
}

// reword changes what the offer says at Meta.
func (d *desk) reword(t *testing.T, words string) {
	t.Helper()
	if !d.sandbox.SetTemplateWords("offer", "en", []sandbox.Component{{Type: "BODY", Text: words + " {{1}}. Write STOP to leave."}}) {
		t.Fatal("there is no such template")
	}
}

func TestNewWordsOfATemplateAreReadByThemselves(t *testing.T) {
	t.Parallel()
	d := newsroom(t, sandbox.Options{}, nil)
	id := d.confirmed(t, time.Hour)
	d.reword(t, "Cakes are half price,")
	b := d.becomes(t, id, func(b store.Broadcast) bool { return b.Asks() != "" })
	if n := d.lists.Load(); n != 0 || b.Asks() != store.QuestionReworded {
		t.Errorf("it asks %q, and the templates were read %d times at once", b.Asks(), n)
	}
	d.says(t, "offer", "Cakes")
	if n := d.lists.Load(); n != 1 {
		t.Errorf("the templates were read %d times", n)
	}
}

func TestATemplateThatWasMadeAtMetaComesByItself(t *testing.T) {
	t.Parallel()
	second := offer()
	second.ID, second.Name = "2", "second"
	second.Components[0].Text = "Pies for {{1}}. Write STOP to leave."
	d := newDesk(t, 3, sandbox.Options{Templates: []sandbox.Template{offer(), second}}) // the shop knows one
	d.clock.speed = 0
	d.listening(t)
	keeping(t, d.engine(t, d.Shop, nil))
	if !d.sandbox.SetTemplateStatus("second", "en", "APPROVED") {
		t.Fatal("there is no such template")
	}
	d.says(t, "second", "Pies")
}

func TestNewWordsThatCannotBeReadAreReadLater(t *testing.T) {
	t.Parallel()
	d := newsroom(t, sandbox.Options{}, nil)
	d.script(t, `[{"endpoint":"templates","nth":[1],"http":500}]`)
	d.reword(t, "Cakes are half price,")
	d.passing(t, "the reading that fails", func() bool { return d.lists.Load() == 1 })
	d.says(t, "offer", "Cakes")
}

func TestNewWordsWaitForAMissingToken(t *testing.T) {
	t.Parallel()
	var asked, there atomic.Int64
	d := newsroom(t, sandbox.Options{}, func(c *sender.Config) {
		c.Token = func(context.Context) (string, error) {
			if asked.Add(1); there.Load() == 0 {
				return "", nil
			}
			return "practice", nil
		}
	})
	d.reword(t, "Cakes are half price,")
	d.passing(t, "the look for a token", func() bool { return asked.Load() > 0 })
	if n := d.lists.Load(); n != 0 {
		t.Errorf("the templates were read %d times without a token", n)
	}
	there.Store(1)
	d.says(t, "offer", "Cakes")
}
