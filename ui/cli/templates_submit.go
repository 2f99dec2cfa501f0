package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"pregon/sender"
	"pregon/store"
)

// submittedDocument is a template that was handed in, with what Meta says of it.
type submittedDocument struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Language string `json:"language"`
	Status   string `json:"status"`
	Category string `json:"category"`
}

func (l *line) submitCommand() *cobra.Command {
	return &cobra.Command{
		Use: "submit FILE", Short: l.say.T("check a template and hand it in to Meta"), Args: cobra.ExactArgs(1),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			return l.submitTemplates(ctx, shop, args[0])
		}),
	}
}

// submitTemplates hands in what is in a file, all of it or, with a fault in any, nothing.
func (l *line) submitTemplates(ctx context.Context, shop *Shop, path string) error {
	settings, err := shop.Store.Shop(ctx)
	if err != nil {
		return err
	}
	data, err := l.readTemplates(path)
	if err != nil {
		return err
	}
	_, faults, err := store.LintTemplates(data, settings.Name)
	if err != nil {
		return l.unreadable(data, err)
	}
	if len(faults) > 0 {
		lines := l.faultLines(faults)
		lines = append(lines, l.say.T("Meta would refuse this, or nobody should get it: %d faults. Nothing was handed in.", len(faults)))
		return &failure{codeRefused, lines}
	}
	proposals, err := store.Proposals(data)
	if err != nil {
		return l.unreadable(data, err)
	}
	done := make([]submittedDocument, 0, len(proposals))
	for _, p := range proposals {
		made, err := shop.Engine.SubmitTemplate(ctx, p.Body)
		if err != nil {
			return l.notSubmitted(p, len(done), len(proposals), err)
		}
		done = append(done, submittedDocument{made.ID, p.Name, p.Language, made.Status, made.Category})
	}
	if _, err := shop.Engine.SyncTemplates(ctx); err != nil {
		l.tell(l.say.T("They are handed in. The list here is of before: %s reads it anew.", "pregon templates sync"))
	}
	return l.print(map[string]any{"templates": done}, func(p *paper) {
		rows := make([][]string, 0, len(done))
		for _, d := range done {
			rows = append(rows, []string{safe(d.ID).String(), safe(d.Name).String(), safe(d.Language).String(), safe(d.Status).String(), safe(d.Category).String()})
		}
		p.table([]string{l.say.T("Id"), l.say.T("Name"), l.say.T("Language"), l.say.T("Status"), l.say.T("Category")}, rows)
		p.line(l.say.T("Meta reads it, mostly within minutes. How it ended: %s", "pregon templates sync"))
	})
}

func (l *line) readTemplates(path string) ([]byte, error) {
	input, err := l.input(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = input.Close() }() // only read
	data, err := io.ReadAll(io.LimitReader(input, mostTemplates))
	if err != nil {
		return nil, fmt.Errorf("read the templates: %w", err)
	}
	return data, nil
}

func (l *line) faultLines(faults []store.Fault) []string {
	lines := make([]string, 0, len(faults)+1)
	for _, f := range faults {
		words := l.say.Fault(f.Code, safe(f.Detail).String(), f.Limit)
		lines = append(lines, strings.TrimSpace(safe(f.Template).String()+" "+safe(f.Part).String())+": "+words)
	}
	return lines
}

// notSubmitted says why one was not taken, and what became of those before it.
func (l *line) notSubmitted(p store.Proposal, done, of int, err error) error {
	call, ok := errors.AsType[*sender.CallError](err)
	if !ok || errors.Is(err, errNoToken) {
		return err
	}
	name := safe(p.Name + " " + p.Language).String()
	why := l.say.TemplateRefused(call.Code, call.Subcode)
	told := l.say.T("Of %d templates %d were handed in.", of, done)
	switch {
	case call.Reason == "network":
		return &failure{codeFailed, []string{
			l.say.T("No answer came for %s: it may have been handed in or not.", name), l.say.T("Look before you give it again: %s", "pregon templates sync"), told,
		}}
	case why != "":
		return l.refuse(l.say.T("Meta does not take %s: %s", name, why), told)
	}
	return &failure{codeFailed, []string{
		l.say.T("Meta does not take %s: %s", name, l.say.Stopped(call.Reason)), l.say.T("Its code is %s, its number for the support %s.", itoa(call.Code), safe(call.Trace)), told,
	}}
}
