package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"pregon/store"
	"pregon/ui/theme"
)

type reviewFlags struct{ stop, other, staff string }

type reviewDocument struct {
	Phone     string           `json:"phone"`
	UserID    string           `json:"user_id,omitempty"`
	Name      string           `json:"name"`
	Kind      store.ReviewKind `json:"kind"`
	At        string           `json:"at"`
	Withdrawn bool             `json:"withdrawn"` // it was taken for a stop
	Messages  []string         `json:"messages"`  // "" is one without words
}

// reviewsCommand lists what may have been a refusal, and takes a person's judgement of one customer's words.
func (l *line) reviewsCommand() *cobra.Command {
	var f reviewFlags
	cmd := &cobra.Command{
		Use: "reviews", Short: l.say.T("what customers wrote that may be a refusal; decide about one"), Args: cobra.NoArgs,
		RunE: l.openAnyhow(func(ctx context.Context, shop *Shop, _ []string) error {
			switch {
			case f.stop != "" && f.other != "":
				return l.refuse(l.say.T("One decision at a time: %s or %s. Nothing was changed.", "--stop", "--no-refusal"))
			case f.stop != "":
				return l.judge(ctx, shop.Store, f.stop, store.ReviewWithdraw, f.staff)
			case f.other != "":
				return l.judge(ctx, shop.Store, f.other, store.ReviewNotARefusal, f.staff)
			}
			return l.listReviews(ctx, shop.Store)
		}),
	}
	cmd.Flags().StringVar(&f.stop, "stop", "", l.say.T("this customer meant stop"))
	cmd.Flags().StringVar(&f.other, "no-refusal", "", l.say.T("this customer meant something else"))
	cmd.Flags().StringVar(&f.staff, "staff", "", l.say.T("who read it"))
	return cmd
}

func (l *line) listReviews(ctx context.Context, s *store.Store) error {
	cases, err := s.Reviews(ctx)
	if err != nil {
		return err
	}
	if err := l.recordListing(ctx, s, "reviews", len(cases), false); err != nil {
		return err
	}
	zoned := l.zoned(ctx, s)
	documents := make([]reviewDocument, 0, len(cases))
	for _, c := range cases {
		documents = append(documents, reviewDocument{string(c.Phone), c.UserID, c.Name, c.Kind, stamp(c.At), c.Withdrawn, list(c.Messages)})
	}
	return l.print(map[string]any{"reviews": documents}, func(p *paper) {
		if len(cases) == 0 {
			p.line(l.say.T("Nothing waits for your judgement."))
			return
		}
		for _, c := range cases {
			p.line(l.called(c) + "  " + zoned.Exact(c.At) + "  " + safe(c.Name).String())
			for _, text := range l.reviewWords(c) {
				p.line("    " + text)
			}
		}
		p.line(l.say.T("Until you decide she gets nothing. When in doubt, it is a stop: she can always come back herself."))
		p.line(l.say.T("Decide: %s or %s.", "--stop PHONE --staff NAME", "--no-refusal PHONE --staff NAME"))
	})
}

// reviewWords are what a customer wrote, line by line.
func (l *line) reviewWords(c store.ReviewCase) []string {
	var lines []string
	for _, message := range c.Messages {
		if strings.TrimSpace(message) == "" {
			message = l.say.T("(no words: a voice message, a sticker or a picture; listen to it in the phone app)")
		}
		lines = append(lines, theme.Wrap(theme.SafeLines(message).String(), 76)...)
	}
	if len(lines) == 0 {
		lines = append(lines, l.say.T("Her words are no longer kept."))
	}
	if c.Withdrawn {
		lines = append(lines, l.say.T("It was taken for a stop, and she gets nothing. If she meant something else, that takes the stop back."))
	}
	return lines
}

// judge decides about all that waits of one customer.
func (l *line) judge(ctx context.Context, s *store.Store, text string, decision store.ReviewDecision, staff string) error {
	contact, err := l.contact(ctx, s, text)
	if err != nil {
		return err
	}
	cases, err := s.Reviews(ctx)
	if err != nil {
		return err
	}
	cases = slices.DeleteFunc(cases, func(c store.ReviewCase) bool { return c.Contact != contact.ID })
	if len(cases) == 0 {
		return l.refuse(l.say.T("Nothing of %s waits for a judgement. Nothing was changed.", l.called(contact)),
			l.say.T("See what does: %s", "pregon consent reviews"))
	}
	for _, c := range cases {
		// The withdrawal of one settles the others.
		if err := s.ResolveReview(ctx, c.ID, decision, staff); err != nil && !isNotFound(err) {
			return err
		}
	}
	if contact, err = s.Contact(ctx, contact.ID); err != nil {
		return err
	}
	return l.print(documentOf(contact), func(p *paper) {
		p.line(l.say.T("Recorded: %s is now “%s”.", l.called(contact), l.standingWords(contact)))
	})
}
