package papers

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/form"
)

// wordField is the key of the field in which the word is typed.
const wordField = "word"

// ask says what will happen and asks for the word; of who is erased already, whether what names her may go at once.
func (p *Page) ask() {
	p.leaf, p.top = erasing, 0
	if p.now.proof.Contact.Standing.Erased {
		p.leaf = purging
	}
	say := p.env.Say
	p.word = form.New(p.env, form.Field{Key: wordField, Label: say.T("Type %s", say.T("ERASE")), Limit: 20, Check: func(value string) string {
		if !strings.EqualFold(strings.TrimSpace(value), say.T("ERASE")) {
			return say.T("That is not %s. Nothing was changed.", say.T("ERASE"))
		}
		return ""
	}})
}

// consequences are what an erasure does, and when, in full: nothing brings her back.
func (p *Page) consequences() []sentence {
	say, c := p.env.Say, p.now.proof.Contact
	who := safe(c.Address(say.T("erased"))).String()
	if name := strings.TrimSpace(safe(c.Name).String()); name != "" {
		who = name + ", " + who
	}
	stays := sentence{theme.Muted, say.T("Dates and hashes stay, which show that nothing on the record was changed, and a keyed hash of her number, so that no import brings her back. Backups and papers that were saved still hold her.")}
	if p.leaf == purging {
		return []sentence{
			{theme.Strong, say.T("Take what names %s out of the file?", who)},
			{theme.Plain, say.T("At once instead of on %s: name, number, tags, messages and evidence.", say.Date(p.now.purge))},
			{theme.Warn, say.T("Nothing brings it back.")},
			stays,
		}
	}
	return []sentence{
		{theme.Strong, say.T("Erase %s?", who)},
		{theme.Plain, say.T("Now: blocked for good. Nothing is sent to her any more, and nothing more is written down of her.")},
		{theme.Plain, say.T("On %s: name, number, tags, messages and evidence leave the file.", say.Date(p.env.Now().Add(store.PurgeAfter)))},
		{theme.Warn, say.T("There is no way back, also not before that day. If she only wants no more messages, withdraw is enough.")},
		stays,
	}
}

// forget does what the word was typed for.
func (p *Page) forget() tea.Cmd {
	if !p.word.Valid() {
		return nil
	}
	step := p.leaf
	return view.Do(p.env, ID, &p.writing, func(ctx context.Context) (forgotten, error) {
		if step == purging {
			return p.purge(ctx)
		}
		return forgotten{step: step}, p.desk.Store.Erase(ctx, p.id, p.env.Staff())
	})
}

// purge takes what names her out of the file, and counts the copies of the file that went with it. Where they cannot be
// counted, nothing is said of them.
func (p *Page) purge(ctx context.Context) (forgotten, error) {
	before, err := p.desk.Store.Copies()
	if err := p.desk.Store.Purge(ctx, p.id, p.env.Staff()); err != nil {
		return forgotten{}, err
	}
	done := forgotten{step: purging}
	if after, also := p.desk.Store.Copies(); err == nil && also == nil {
		done.copies = max(0, len(before)-len(after))
	}
	return done, nil
}

// forgot goes back to the choice, which says how it stands now.
func (p *Page) forgot(answer view.Result[forgotten]) tea.Cmd {
	if !answer.Of(&p.writing) {
		return nil
	}
	p.back()
	if answer.Err != nil {
		return tea.Batch(p.failed(answer.Err), p.Init())
	}
	text := p.env.Say.T("She is blocked for good and on the suppression list.")
	if answer.Value.step == purging {
		text = p.env.Say.T("Everything that named this person has left the file. Older backups still hold it.")
		if n := answer.Value.copies; n > 0 {
			text += " " + p.env.Say.T("Copies of the shop file from before an update were deleted, since they still hold people who are to be forgotten: %s.", p.env.Say.Number(n))
		}
	}
	return tea.Batch(p.Init(), view.Send(view.Tell{Level: view.Done, Text: text}))
}

// back is the choice again.
func (p *Page) back() { p.leaf, p.word, p.top, p.path = choice, nil, 0, "" }
