package cli

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"pregon/sender"
	"pregon/ui/say"
	"pregon/ui/theme"
)

type findingDocument struct {
	Check sender.Check  `json:"check"`
	Level sender.Level  `json:"level"`
	Code  string        `json:"code"`
	Facts factsDocument `json:"facts"`
}

// factsDocument holds what a finding knows; what it does not is left out.
type factsDocument struct {
	Name    string `json:"name,omitempty"`
	Code    int    `json:"code,omitempty"` // the platform's
	Count   int    `json:"count,omitempty"`
	Limit   int    `json:"limit,omitempty"`
	At      string `json:"at,omitempty"`
	Seconds int    `json:"seconds,omitempty"`
}

func documentOfFinding(f sender.Finding) findingDocument {
	return findingDocument{f.Check, f.Level, f.Code, factsDocument{
		f.Facts.Name, f.Facts.Code, f.Facts.Count, f.Facts.Limit, stamp(f.Facts.At), int(f.Facts.Span.Seconds()),
	}}
}

func (l *line) doctorCommand() *cobra.Command {
	var release bool
	var staff string
	cmd := &cobra.Command{
		Use: "doctor", Short: l.say.T("what keeps a broadcast from going out, and what to do about it"), Args: cobra.NoArgs,
		RunE: l.openAnyhow(func(ctx context.Context, shop *Shop, _ []string) error {
			if release {
				return l.release(ctx, shop, staff)
			}
			findings, err := shop.Engine.Health(ctx, sender.HealthOf{})
			if err != nil {
				return err
			}
			return l.doctor(ctx, shop, findings)
		}),
	}
	cmd.Flags().BoolVar(&release, "release", false, l.say.T("Meta stopped the account and that is mended: let broadcasts go out again"))
	cmd.Flags().StringVar(&staff, "staff", "", l.say.T("who does it"))
	return cmd
}

// release takes the owner's word that a stop is mended, where Meta says nothing else.
func (l *line) release(ctx context.Context, shop *Shop, staff string) error {
	findings, released, err := shop.Engine.Release(ctx, l.staff(ctx, shop.Store, staff))
	if err != nil {
		return err
	}
	if released {
		l.tell(l.say.T("Broadcasts may go out again. That you said so is on the record."))
	} else {
		l.tell(l.say.T("Nothing was released: there is no such stop, or something else has to be mended first."))
	}
	return l.doctor(ctx, shop, findings)
}

// doctor prints every check. It fails when something would stop a broadcast.
func (l *line) doctor(ctx context.Context, shop *Shop, findings []sender.Finding) error {
	documents := make([]findingDocument, 0, len(findings))
	for _, f := range findings {
		documents = append(documents, documentOfFinding(f))
	}
	stops := stopping(findings)
	zoned := l.zoned(ctx, shop.Store)
	err := l.print(struct {
		OK       bool              `json:"ok"`
		Findings []findingDocument `json:"findings"`
	}{len(stops) == 0, documents}, func(p *paper) { l.findingLines(p, zoned, findings) })
	if err != nil || len(stops) == 0 {
		return err
	}
	return &failure{codeFailed, []string{
		l.say.T("A broadcast would not go out: %d things have to be mended first.", len(stops)), l.say.T("Nothing was changed or sent."),
	}}
}

// findingLines writes one line for each finding, and its next step below.
func (l *line) findingLines(p *paper, zoned *say.Printer, findings []sender.Finding) {
	glyphs := theme.Unicode()
	if theme.WantsASCII(l.Env) {
		glyphs = theme.ASCII()
	}
	marks := map[sender.Level]string{sender.LevelOK: glyphs.Good, sender.LevelWarn: glyphs.Warn, sender.LevelStop: glyphs.Bad}
	width := 0
	for _, f := range findings {
		width = max(width, theme.Width(l.say.CheckName(string(f.Check))))
	}
	for _, f := range findings {
		what, next := findingWords(zoned, f)
		p.line(marks[f.Level] + " " + theme.PadRight(l.say.CheckName(string(f.Check)), width) + "  " + what)
		if next != "" {
			p.line("  " + theme.PadRight("", width) + "  " + next)
		}
	}
}

// findingWords says a finding in the reader's language and the shop's time.
func findingWords(p *say.Printer, f sender.Finding) (what, next string) {
	f.Facts.Name = safe(f.Facts.Name).String()
	return p.Finding(f.Code, say.Detail(f.Facts))
}

// stopping are the findings that keep a broadcast from going out.
func stopping(findings []sender.Finding) []sender.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f sender.Finding) bool { return f.Level != sender.LevelStop })
}
