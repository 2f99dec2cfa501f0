package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"pregon/store"
	"pregon/ui/theme"
)

type templateDocument struct {
	Name       string   `json:"name"`
	Language   string   `json:"language"`
	Status     string   `json:"status"`
	Category   string   `json:"category"`
	Quality    string   `json:"quality"`
	Parameters []string `json:"parameters"`
}

func documentOfTemplate(t store.Template) (templateDocument, *store.Message, error) {
	message, err := t.Message()
	if err != nil {
		return templateDocument{}, nil, err
	}
	keys := []string{}
	for _, parameter := range message.Parameters() {
		keys = append(keys, parameter.Key)
	}
	return templateDocument{t.Name, t.Language, t.Status, t.Category, t.Quality, keys}, message, nil
}

func (l *line) templatesCommand() *cobra.Command {
	var language string
	show := &cobra.Command{
		Use: "show NAME", Short: l.say.T("what a template says"), Args: cobra.ExactArgs(1),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			return l.showTemplate(ctx, shop.Store, args[0], language)
		}),
	}
	show.Flags().StringVar(&language, "lang", "", l.say.T("language of the template, as Meta has it"))
	return noun("templates", l.say.T("texts approved by Meta"),
		&cobra.Command{
			Use: "sync", Short: l.say.T("read the templates from WhatsApp"), Args: cobra.NoArgs,
			RunE: l.open(func(ctx context.Context, shop *Shop, _ []string) error {
				n, err := shop.Engine.SyncTemplates(ctx)
				if err != nil {
					return l.platform(err)
				}
				return l.print(map[string]any{"synced": n}, func(p *paper) { p.line(l.say.T("%d templates read.", n)) })
			}),
		},
		&cobra.Command{
			Use: "list", Short: l.say.T("the templates"), Args: cobra.NoArgs, RunE: l.open(l.listTemplates),
		}, show, l.lintCommand(), l.submitCommand())
}

func (l *line) listTemplates(ctx context.Context, shop *Shop, _ []string) error {
	templates, err := shop.Store.Templates(ctx)
	if err != nil {
		return err
	}
	documents := make([]templateDocument, 0, len(templates))
	rows := make([][]string, 0, len(templates))
	for _, one := range templates {
		document, _, err := documentOfTemplate(one)
		if err != nil {
			return err
		}
		documents = append(documents, document)
		rows = append(rows, []string{
			safe(one.Name).String(), safe(one.Language).String(), safe(one.Status).String(), safe(one.Category).String(),
			safe(one.Quality).String(), safe(strings.Join(document.Parameters, " ")).String(),
		})
	}
	return l.print(map[string]any{"templates": documents}, func(p *paper) {
		if len(rows) == 0 {
			p.line(l.say.T("No templates yet. Read them: %s", "pregon templates sync"))
			return
		}
		p.table([]string{l.say.T("Name"), l.say.T("Language"), l.say.T("Status"), l.say.T("Category"), l.say.T("Quality"), l.say.T("Parameters")}, rows)
	})
}

func (l *line) showTemplate(ctx context.Context, s *store.Store, name, language string) error {
	template, err := l.template(ctx, s, name, language)
	if err != nil {
		return err
	}
	document, message, err := documentOfTemplate(template)
	if err != nil {
		return err
	}
	return l.print(struct {
		templateDocument
		Components []store.Component `json:"components"`
	}{document, message.Components}, func(p *paper) {
		p.line(safe(template.Name + " " + template.Language + "  " + template.Status + "  " + template.Category + "  " + template.Quality).String())
		for _, c := range message.Components {
			for text := range strings.SplitSeq(theme.SafeLines(c.Text).String(), "\n") {
				if text != "" {
					p.line("  " + text)
				}
			}
			for _, button := range c.Buttons {
				p.line("  [" + safe(button.Text).String() + "]")
			}
		}
		if !message.WayOut() {
			p.line(l.say.T("It shows no way to stop, such as a STOP button or word."))
		}
	})
}

// template finds a template; without a language it must be the only one of its name.
func (l *line) template(ctx context.Context, s *store.Store, name, language string) (store.Template, error) {
	templates, err := s.Templates(ctx)
	if err != nil {
		return store.Template{}, err
	}
	var named []store.Template
	var languages []string
	for _, one := range templates {
		if one.Name != name {
			continue
		}
		languages = append(languages, one.Language)
		if language == "" || one.Language == language {
			named = append(named, one)
		}
	}
	switch {
	case len(named) == 1:
		return named[0], nil
	case len(languages) > 0:
		return store.Template{}, l.refuse(l.say.T("%s is there in: %s. Nothing was changed.", safe(name), safe(strings.Join(languages, " "))), l.say.T("Name one of them with %s.", "--lang"))
	}
	return store.Template{}, l.refuse(l.say.T("There is no template %s. Nothing was changed.", safe(name)), l.say.T("Read what there is: %s", "pregon templates sync"))
}
