package cli

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"pregon/store"
	"pregon/ui/contract"
	"pregon/ui/handout"
)

// receiptCommand gives what the customer may take home, in the language of the words she was shown.
func (l *line) receiptCommand() *cobra.Command {
	var page string
	cmd := &cobra.Command{
		Use: "receipt PHONE", Short: l.say.T("the customer's own copy"), Args: cobra.ExactArgs(1),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			return l.receipt(ctx, shop.Store, args[0], page)
		}),
	}
	cmd.Flags().StringVar(&page, "page", "", l.say.T("also write it to this file, as a page to print (HTML)"))
	return cmd
}

func (l *line) receipt(ctx context.Context, s *store.Store, number, page string) error {
	proof, err := l.proofOf(ctx, s, number)
	if err != nil {
		return err
	}
	yes, found := proof.Yes()
	if !found {
		return l.refuse(l.noYes(proof))
	}
	theirs, err := l.inLanguage(yes.Notice.Language)
	if err != nil {
		return err
	}
	if err := l.recordExport(ctx, s, "contact "+itoa(proof.Contact.ID), "receipt"); err != nil {
		return err
	}
	receipt, _ := handout.NewReceipt(proof, theirs.say)
	if page != "" {
		if err := l.write(page, receipt.Page); err != nil {
			return err
		}
	}
	document := map[string]any{
		"language": yes.Notice.Language, "event": contract.EventOf(yes), "text": receipt.Text(), "page": page, "head": proof.Head,
	}
	return l.print(document, func(p *paper) { p.line(receipt.Text()) })
}

// noYes says why no yes of hers stands.
func (l *line) noYes(proof store.Proof) string {
	who, now := l.called(proof.Contact), proof.Contact.Standing
	on := l.say.In(proof.Shop.Location()).Date(now.ConsentAt)
	switch {
	case now.Erased:
		return l.say.T("%s is erased, so there is nothing to give a copy of.", who)
	case now.Consent == store.ConsentWithdrawn:
		return l.say.T("%s withdrew on %s, so no yes stands to give a copy of.", who, on)
	case now.Consent == store.ConsentExpired:
		return l.say.T("The consent of %s expired on %s, so no yes stands to give a copy of.", who, on)
	case now.Consent == store.ConsentRefused:
		return l.say.T("%s said no on %s, so there is nothing to give a copy of.", who, on)
	}
	return l.say.T("%s has not agreed to anything, so there is nothing to give a copy of.", who)
}

// proofCommand shows an inspector, or the customer herself, all there is about one person.
func (l *line) proofCommand() *cobra.Command {
	return &cobra.Command{
		Use: "proof PHONE", Short: l.say.T("everything that shows what one person agreed to, for an inspector"), Args: cobra.ExactArgs(1),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			proof, err := l.proofOf(ctx, shop.Store, args[0])
			if err != nil {
				return err
			}
			if err := l.recordExport(ctx, shop.Store, "contact "+itoa(proof.Contact.ID), "proof"); err != nil {
				return err
			}
			return l.print(handout.NewProof(proof, l.say), func(p *paper) { p.line(handout.Sheet(proof, l.say, handout.PaperWidth)) })
		}),
	}
}

func (l *line) proofOf(ctx context.Context, s *store.Store, number string) (store.Proof, error) {
	c, err := l.contact(ctx, s, number)
	if err != nil {
		return store.Proof{}, err
	}
	return s.Proof(ctx, c.ID)
}

// posterCommand makes the poster by which customers join with a message of their own.
func (l *line) posterCommand() *cobra.Command {
	var languages []string
	cmd := &cobra.Command{
		Use: "poster FILE", Short: l.say.T("a page for the counter with the code by which customers join (SVG)"), Args: cobra.ExactArgs(1),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			return l.poster(ctx, shop.Store, args[0], languages)
		}),
	}
	cmd.Flags().StringSliceVar(&languages, "language", nil, l.say.T("of the words, the first gives the word to send; the shop's unless given"))
	return cmd
}

func (l *line) poster(ctx context.Context, s *store.Store, path string, languages []string) error {
	if extension := strings.ToLower(filepath.Ext(path)); extension != ".svg" && path != "-" {
		return l.refuse(l.say.T("The poster is written as SVG, which every browser prints: name a file that ends in %s. Nothing was written.", ".svg"))
	}
	shop, err := s.Shop(ctx)
	if err != nil {
		return err
	}
	if len(languages) == 0 {
		languages = []string{shop.Language}
	}
	notices, err := s.Notices(ctx)
	if err != nil {
		return err
	}
	poster := handout.Poster{Shop: shop}
	for _, language := range languages {
		part, err := l.posterPart(notices, language)
		if err != nil {
			return err
		}
		poster.Parts = append(poster.Parts, part)
	}
	prompt, err := s.PromptFor(ctx, poster.Parts[0].Notice, l.staff(ctx, s, ""))
	if err != nil {
		return err
	}
	poster.Code = prompt.Code
	err = l.write(path, poster.SVG)
	if _, long := errors.AsType[*handout.TooLongError](err); long {
		return l.refuse(l.say.T("So many languages do not fit on one page. Make one poster for each. Nothing was written."))
	}
	if err != nil || path == "-" {
		return err
	}
	document := map[string]any{"file": path, "languages": languages, "link": shop.JoinLink(poster.Text()), "text": poster.Text()}
	return l.print(document, func(p *paper) {
		p.line(l.say.T("The poster is in %s. Open it in a browser and print it.", safe(path)))
	})
}

func (l *line) posterPart(notices []store.Notice, language string) (handout.Part, error) {
	theirs, err := l.inLanguage(language)
	if err != nil {
		return handout.Part{}, err
	}
	part := handout.Part{Say: theirs.say}
	for _, n := range notices {
		switch n.ID {
		case "optin-" + language:
			part.Notice = n
		case "saved-" + language:
			part.Saved = n.Text
		}
	}
	if part.Notice.ID == "" {
		return handout.Part{}, l.refuse(l.say.T("There is no wording in %s to print. Nothing was written.", safe(language)),
			l.say.T("See which there are: %s", "pregon consent notices"))
	}
	return part, nil
}

// write makes a file of what a handout writes, whole or not at all.
func (l *line) write(path string, handout func(io.Writer) error) error {
	var page strings.Builder
	if err := handout(&page); err != nil {
		return err
	}
	out, done, err := l.output(path)
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, page.String())
	return errors.Join(err, done())
}
