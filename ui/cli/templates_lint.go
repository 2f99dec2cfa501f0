package cli

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"pregon/store"
)

// mostTemplates is the most that is read of a file of templates, in bytes.
const mostTemplates = 4 << 20

type faultDocument struct {
	Template string `json:"template"`
	Part     string `json:"part"`
	Code     string `json:"code"`
	Detail   string `json:"detail"`
	Limit    int    `json:"limit"`
}

func (l *line) lintCommand() *cobra.Command {
	return &cobra.Command{
		Use: "lint FILE", Short: l.say.T("check a template by Meta's rules before it is handed in"), Args: cobra.ExactArgs(1),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			return l.lintTemplates(ctx, shop.Store, args[0])
		}),
	}
}

// lintTemplates prints what is wrong with the templates of a file, and fails when anything is.
func (l *line) lintTemplates(ctx context.Context, s *store.Store, path string) error {
	settings, err := s.Shop(ctx)
	if err != nil && !errors.Is(err, store.ErrNotSetUp) {
		return err
	}
	data, err := l.readTemplates(path)
	if err != nil {
		return err
	}
	names, faults, err := store.LintTemplates(data, settings.Name)
	if err != nil {
		return l.unreadable(data, err)
	}
	documents := make([]faultDocument, 0, len(faults))
	for _, f := range faults {
		documents = append(documents, faultDocument(f))
	}
	err = l.print(map[string]any{"ok": len(faults) == 0, "templates": list(names), "faults": documents}, func(p *paper) {
		for _, text := range l.faultLines(faults) {
			p.line(text)
		}
		if len(faults) == 0 {
			p.line(l.say.T("%d templates, and nothing is wrong with them.", len(names)))
		}
	})
	if err != nil || len(faults) == 0 {
		return err
	}
	return &failure{codeFailed, []string{l.say.T("Meta would refuse this, or nobody should get it: %d faults. Nothing was handed in.", len(faults))}}
}

// unreadable says where a file stops being JSON.
func (l *line) unreadable(data []byte, err error) error {
	if syntax, found := errors.AsType[*json.SyntaxError](err); found {
		row := strings.Count(string(data[:min(int(syntax.Offset), len(data))]), "\n") + 1
		return l.refuse(l.say.T("The file is not JSON: line %s. Nothing was handed in.", itoa(row)), l.say.T("Mend the line and give the command again."))
	}
	return l.refuse(l.say.T("There is no template in the file. Nothing was handed in."),
		l.say.T("It holds one as Meta wants it: name, language, category, components."))
}
