package cli

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"pregon/store"
	"pregon/store/audience"
)

func (l *line) broadcastCommand() *cobra.Command {
	return noun("broadcast", l.say.T("one template to one audience"), l.createCommand(),
		&cobra.Command{
			Use: "check ID", Short: l.say.T("who gets it, who does not and why, what it costs"), Args: cobra.ExactArgs(1),
			RunE: l.open(l.checkBroadcast),
		}, l.sendCommand(), l.resumeCommand(),
		l.ending("pause ID", l.say.T("stop for now"), (*store.Store).PauseBroadcast),
		l.ending("cancel ID", l.say.T("end it for good"), (*store.Store).CancelBroadcast),
		l.ending("discard ID", l.say.T("throw a draft away"), (*store.Store).DiscardDraft),
		&cobra.Command{Use: "list", Short: l.say.T("the broadcasts"), Args: cobra.NoArgs, RunE: l.open(l.listBroadcasts)},
		l.reportCommand(), l.unknownCommand())
}

// broadcast finds a broadcast by its id as typed.
func (l *line) broadcast(ctx context.Context, s *store.Store, text string) (store.Broadcast, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err == nil {
		var b store.Broadcast
		if b, err = s.Broadcast(ctx, store.BroadcastID(id)); err == nil || !isNotFound(err) {
			return b, err
		}
	}
	return store.Broadcast{}, l.noSuch(l.say.T("There is no broadcast %s. Nothing was changed.", safe(text)), "pregon broadcast list")
}

// ending is pause and cancel: what the store does reaches a run in any process.
func (l *line) ending(use, short string, do func(*store.Store, context.Context, store.BroadcastID, string) error) *cobra.Command {
	var staff string
	cmd := &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			b, err := l.broadcast(ctx, shop.Store, args[0])
			if err != nil {
				return err
			}
			if err := do(shop.Store, ctx, b.ID, l.staff(ctx, shop.Store, staff)); err != nil {
				return err
			}
			return l.printOutcome(ctx, shop.Store, b.ID, "")
		}),
	}
	cmd.Flags().StringVar(&staff, "staff", "", l.say.T("who does it"))
	return cmd
}

type createFlags struct {
	draft  store.Draft
	params []string
	at     string
	staff  string
	media  string // a file
	link   string // to one on the web
}

func (l *line) createCommand() *cobra.Command {
	var f createFlags
	cmd := &cobra.Command{
		Use: "create", Short: l.say.T("compose a broadcast; sends nothing"), Args: cobra.NoArgs,
		RunE: l.open(func(ctx context.Context, shop *Shop, _ []string) error { return l.createBroadcast(ctx, shop.Store, f) }),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.draft.Name, "name", "", l.say.T("a name for yourself"))
	flags.StringVar(&f.draft.Template, "template", "", l.say.T("name of the template"))
	flags.StringVar(&f.draft.Language, "lang", "", l.say.T("language of the template, as Meta has it"))
	flags.StringVar(&f.draft.Audience, "audience", "", l.say.T("who it is for, such as tag:vip lang:es"))
	flags.StringArrayVar(&f.params, "param", nil, l.say.T("words for a parameter: KEY=VALUE, KEY=@field or KEY=@field:FALLBACK"))
	flags.StringVar(&f.media, "media", "", l.say.T("picture, video or document for a template that has one at its head"))
	flags.StringVar(&f.link, "media-link", "", l.say.T("its https address, instead of a file"))
	flags.StringVar(&f.at, "at", "", l.say.T("when it is to go out"))
	flags.StringVar(&f.staff, "staff", "", l.say.T("who does it"))
	return cmd
}

func (l *line) createBroadcast(ctx context.Context, s *store.Store, f createFlags) error {
	if strings.TrimSpace(f.draft.Audience) == "" {
		return &store.InvalidError{Field: "audience", Reason: "empty"}
	}
	if f.draft.Template == "" {
		return &store.InvalidError{Field: "template", Reason: "empty"}
	}
	if _, err := audience.Parse(f.draft.Audience); err != nil {
		return &queryError{f.draft.Audience, err}
	}
	template, err := l.template(ctx, s, f.draft.Template, f.draft.Language)
	if err != nil {
		return err
	}
	f.draft.Language = template.Language
	if f.draft.Bindings, err = l.bindings(ctx, s, template, f.params); err != nil {
		return err
	}
	media, err := l.mediaFor(template, f)
	if err != nil {
		return err
	}
	at, err := l.moment(ctx, s, f.at)
	if err == nil {
		err = l.ahead(ctx, s, at)
	}
	if err != nil {
		return err
	}
	staff := l.staff(ctx, s, f.staff)
	b, err := s.CreateBroadcast(ctx, f.draft, staff)
	if err != nil {
		return &queryError{f.draft.Audience, err} // a saved audience it names may not be there
	}
	if err := s.SetMedia(ctx, b.ID, media); err != nil {
		return err
	}
	if !at.IsZero() {
		if err := s.ScheduleBroadcast(ctx, b.ID, store.Schedule{At: at, Staff: staff}); err != nil {
			return err
		}
		l.tell(l.say.T("It does not go out by itself before you confirm it: %s", "pregon broadcast send "+itoa(b.ID)+" --yes"))
	}
	if !template.Sendable() {
		l.tell(l.say.T("Mind that the template is %s: it cannot be sent before Meta approves it.", safe(template.Status)))
	}
	return l.print(map[string]any{"id": b.ID}, func(p *paper) { p.line(itoa(b.ID)) })
}

// bindings reads --param. Keys the template does not have are refused, and so are keys that are left out.
func (l *line) bindings(ctx context.Context, s *store.Store, template store.Template, params []string) (store.Bindings, error) {
	document, _, err := documentOfTemplate(template)
	if err != nil {
		return nil, err
	}
	fields, err := s.FieldNames(ctx)
	if err != nil {
		return nil, err
	}
	fields = append([]string{"name", "first_name", "language", "phone"}, fields...)
	bound := store.Bindings{}
	for _, param := range params {
		key, value, found := strings.Cut(param, "=")
		if !found || !slices.Contains(document.Parameters, key) {
			return nil, l.refuse(l.say.T("The template has no parameter %s. Nothing was changed.", safe(key)),
				l.say.T("There are: %s", safe(strings.Join(document.Parameters, ", "))))
		}
		binding := bindingOf(value)
		if binding.Field != "" && binding.Fallback == "" && !slices.Contains(fields, binding.Field) {
			return nil, l.refuse(l.say.T("No contact has a field %s. Nothing was changed.", safe(binding.Field)),
				l.say.T("There are: %s", safe(strings.Join(fields, ", "))))
		}
		bound[key] = binding
	}
	var missing []string
	for _, key := range document.Parameters {
		if binding := bound[key]; binding.Value == "" && binding.Field == "" {
			missing = append(missing, key)
		}
	}
	if len(missing) > 0 {
		return nil, l.refuse(l.say.T("These parameters of the template have no value: %s. Nothing was changed.", safe(strings.Join(missing, ", "))),
			l.say.T("Give each one: %s", safe("--param "+missing[0]+"=…")))
	}
	return bound, nil
}

// bindingOf reads a value, or a field of the contact after an @; @@ is an @.
func bindingOf(value string) store.Binding {
	field, found := strings.CutPrefix(value, "@")
	if !found {
		return store.Binding{Value: value}
	}
	if strings.HasPrefix(field, "@") {
		return store.Binding{Value: field}
	}
	name, fallback, _ := strings.Cut(field, ":")
	return store.Binding{Field: strings.TrimPrefix(name, "field."), Fallback: fallback}
}

func (l *line) listBroadcasts(ctx context.Context, shop *Shop, _ []string) error {
	broadcasts, err := shop.Store.Broadcasts(ctx)
	if err != nil {
		return err
	}
	documents := make([]reportDocument, 0, len(broadcasts))
	rows := make([][]string, 0, len(broadcasts))
	zoned := l.zoned(ctx, shop.Store)
	var decide []string
	for _, b := range broadcasts {
		document, err := l.reportOf(ctx, shop.Store, b)
		if err != nil {
			return err
		}
		documents = append(documents, document)
		c := document.Counts
		rows = append(rows, []string{
			itoa(b.ID), l.stateCell(b, zoned), l.say.Number(c.Audience),
			l.say.Number(c.Accepted + c.Sent + c.Delivered + c.Read), safe(b.Name).String(),
		})
		if b.Asks() != "" {
			decide = append(decide, safe(b.Name).String())
			decide = append(decide, l.scheduleLines(b, zoned)...)
		}
	}
	return l.print(map[string]any{"broadcasts": documents}, func(p *paper) {
		if len(rows) == 0 {
			p.line(l.say.T("No broadcasts yet. Compose one: %s", "pregon broadcast create"))
			return
		}
		p.table([]string{l.say.T("Id"), l.say.T("State"), l.say.T("Audience"), l.say.T("Sent"), l.say.T("Name")}, rows)
		for _, text := range decide {
			p.line(text)
		}
	})
}
