package papers

import (
	"context"
	"fmt"
	"io"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"pregon/store"
	"pregon/ui/contract"
	"pregon/ui/handout"
	"pregon/ui/view"
)

// offer is one of the things to choose from.
type offer struct {
	leaf         leaf
	title, about func(*Page) string
	off          func(*Page) string // why it cannot be had, "" where it can
}

var offers = [...]offer{
	{sheet, func(p *Page) string { return p.env.Say.T("Proof sheet") }, func(p *Page) string {
		return p.env.Say.T("Everything that shows what she agreed to, for an inspector or for herself.")
	}, func(*Page) string { return "" }},
	{receipt, func(p *Page) string { return p.env.Say.T("Receipt") }, (*Page).aboutReceipt, (*Page).noReceipt},
	{erasing, func(p *Page) string { return p.env.Say.T("Erase") }, (*Page).aboutErasing, (*Page).noErasing},
}

func (p *Page) aboutReceipt() string {
	yes, _ := p.now.proof.Yes()
	spoken := yes.Notice.Language
	if tag, err := language.Parse(spoken); err == nil {
		spoken = display.Self.Name(tag)
	}
	return p.env.Say.T("Her own copy of her yes, in the language of the words she was shown (%s).", safe(spoken))
}

// noReceipt says why there is none.
func (p *Page) noReceipt() string {
	if _, found := p.now.proof.Yes(); found {
		return ""
	}
	say, now := p.env.Say, p.now.proof.Contact.Standing
	stands := string(now.Consent)
	if now.Erased {
		stands = "erased"
	}
	return say.T("There is none: it is the copy of a yes, and no yes of hers stands (%s).", say.Act("consent", stands))
}

func (p *Page) aboutErasing() string {
	say := p.env.Say
	if !p.now.purge.IsZero() {
		return say.T("She is blocked for good. What names her leaves the file on %s; enter takes it out now.", say.Date(p.now.purge))
	}
	return say.T("She wants to be forgotten: blocked now, and out of the file after %d days.", int(store.PurgeAfter.Hours()/24))
}

func (p *Page) noErasing() string {
	if p.now.purged {
		return p.env.Say.T("Everything that named this person has left the file. Older backups still hold it.")
	}
	return ""
}

// open shows what was chosen; a paper goes on the record before the first letter of it is seen.
func (p *Page) open() tea.Cmd {
	chosen := offers[p.at]
	if why := chosen.off(p); why != "" {
		return view.Send(view.Tell{Level: view.Caution, Text: why})
	}
	if chosen.leaf == erasing {
		p.ask()
		return nil
	}
	return view.Do(p.env, ID, &p.opening, func(ctx context.Context) (shown, error) {
		proof, err := p.desk.Store.Proof(ctx, p.id)
		if err != nil {
			return shown{}, err
		}
		paper := shown{leaf: chosen.leaf, proof: proof}
		if chosen.leaf == receipt {
			if paper.receipt, err = p.receiptOf(proof); err != nil {
				return shown{}, err
			}
		}
		return paper, p.record(ctx, chosen.leaf)
	})
}

// receiptOf is her receipt, in her language.
func (p *Page) receiptOf(proof store.Proof) (handout.Receipt, error) {
	yes, _ := proof.Yes()
	hers, err := p.desk.Speak(yes.Notice.Language)
	if err != nil {
		return handout.Receipt{}, err
	}
	made, found := handout.NewReceipt(proof, hers)
	if !found { // she withdrew since the page was read
		return made, store.ErrNotFound
	}
	return made, nil
}

// record puts it on the record that a paper leaves the shop file, in the words of the command line.
func (p *Page) record(ctx context.Context, what leaf) error {
	detail := "proof"
	if what == receipt {
		detail = "receipt"
	}
	return p.desk.Store.RecordAudit(ctx, store.AuditEvent{
		Type: "export", Staff: p.env.Staff(), Subject: fmt.Sprintf("contact %d", p.id), Detail: detail,
	})
}

func (p *Page) opened(answer view.Result[shown]) tea.Cmd {
	switch {
	case !answer.Of(&p.opening):
	case answer.Err != nil:
		return p.failed(answer.Err)
	default:
		p.paper, p.leaf, p.path, p.top = answer.Value, answer.Value.leaf, "", 0
	}
	return nil
}

// save writes the paper that is on screen into a file.
func (p *Page) save(ext string) func() tea.Cmd {
	return func() tea.Cmd {
		paper := p.paper
		name := fmt.Sprintf("pregon-proof-%d-%s", p.id, p.env.Now().Format("2006-01-02"))
		write := func(w io.Writer) error {
			_, err := io.WriteString(w, handout.Sheet(paper.proof, p.env.Say, handout.PaperWidth)+"\n")
			return err //nolint:wrapcheck // the file says which it is
		}
		switch ext {
		case ".json":
			write = func(w io.Writer) error { return contract.Write(w, handout.NewProof(paper.proof, p.env.Say)) }
		case ".html":
			name = fmt.Sprintf("pregon-receipt-%d-%s", p.id, p.env.Now().Format("2006-01-02"))
			write = paper.receipt.Page
		}
		return view.Do(p.env, ID, &p.writing, func(ctx context.Context) (saved, error) {
			if err := p.record(ctx, paper.leaf); err != nil {
				return saved{}, err
			}
			path, err := writeNew(p.desk.Folder, name, ext, write)
			return saved{path}, err
		})
	}
}

func (p *Page) wrote(answer view.Result[saved]) tea.Cmd {
	switch {
	case !answer.Of(&p.writing):
	case answer.Err != nil:
		return p.failed(answer.Err)
	default:
		p.path = answer.Value.path
	}
	return nil
}
