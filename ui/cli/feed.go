package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"pregon/store"
)

// What one line of saved events may take, and how many updates share a commit.
const (
	maxSavedLine = 3 << 20
	savedAtOnce  = 1000
)

type savedReject struct {
	Line   int    `json:"line"`
	Reason string `json:"reason"` // too_long, not_an_event
}

type feedDocument struct {
	Lines       int           `json:"lines"`
	Taken       int           `json:"taken"`
	Statuses    int           `json:"statuses"`
	Messages    int           `json:"messages"`
	Preferences int           `json:"preferences"`
	Identities  int           `json:"identities"`
	Templates   int           `json:"templates"`
	Account     int           `json:"account"`
	Unread      int           `json:"unread"`
	Rejected    int           `json:"rejected"`
	Rejects     []savedReject `json:"rejects"`
}

func (l *line) feedCommand() *cobra.Command {
	var staff string
	read := &cobra.Command{
		Use: "import FILE", Short: l.say.T("take in events that were saved elsewhere, one JSON a line"), Args: cobra.ExactArgs(1),
		RunE: l.open(func(ctx context.Context, shop *Shop, args []string) error {
			return l.importFeed(ctx, shop.Store, args[0], staff)
		}),
	}
	read.Flags().StringVar(&staff, "staff", "", l.say.T("who does it"))
	return noun("feed", l.say.T("what WhatsApp tells the shop"), read)
}

func (l *line) importFeed(ctx context.Context, s *store.Store, path, staff string) (err error) {
	settings, err := s.Shop(ctx)
	if err != nil {
		return err
	}
	file, err := os.Open(filepath.Clean(path))
	if err != nil {
		return l.refuse(l.say.T("The file %s cannot be read. Nothing was changed.", safe(path)))
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	saved := &savedFeed{store: s, receiver: l.Webhook(s, Feed{Whose: whose(settings)}), found: feedDocument{Rejects: []savedReject{}}}
	if err := saved.read(ctx, file); err != nil {
		return fmt.Errorf("read the saved events: %w", err)
	}
	found := saved.found
	if found.Taken == 0 {
		return l.refuse(l.say.T("There is no event of WhatsApp in %s. Nothing was changed.", safe(path)),
			l.say.T("Such a file holds the whole body of one webhook a line, as it was received."))
	}
	err = s.RecordAudit(ctx, store.AuditEvent{
		Type: "feed_imported", Staff: l.staff(ctx, s, staff), Subject: filepath.Base(path), Detail: fmt.Sprintf("%d of %d lines", found.Taken, found.Lines),
	})
	if err != nil {
		return err
	}
	return l.print(found, func(p *paper) { l.feedLines(p, found) })
}

// whose is the shop as events name it.
func whose(settings store.Shop) Whose {
	return Whose{PhoneNumberID: settings.PhoneNumberID, WABAID: settings.WABAID, Number: string(settings.Number)}
}

func (l *line) feedLines(p *paper, found feedDocument) {
	p.line(l.say.T("%d events taken in.", found.Taken))
	p.pairs([2]string{l.say.T("Statuses"), l.say.Number(found.Statuses)}, [2]string{l.say.T("Messages"), l.say.Number(found.Messages)},
		[2]string{l.say.T("Stops and resumes"), l.say.Number(found.Preferences)}, [2]string{l.say.T("Other numbers"), l.say.Number(found.Identities)},
		[2]string{l.say.T("Templates and account"), l.say.Number(found.Templates + found.Account)},
		[2]string{l.say.T("Not understood, kept"), l.say.Number(found.Unread)})
	for _, reject := range found.Rejects {
		text := l.say.T("line %s is no event of WhatsApp", itoa(reject.Line))
		if reject.Reason == "too_long" {
			text = l.say.T("line %s is too long", itoa(reject.Line))
		}
		p.line(text)
	}
	if more := found.Rejected - len(found.Rejects); more > 0 {
		p.line(l.say.T("and %d more lines", more))
	}
	p.line(l.say.T("This does not connect a feed: what customers write from now on is not heard by it."))
}

// savedFeed takes a file in, line by line.
type savedFeed struct {
	store    *store.Store
	receiver Receiver
	found    feedDocument
	waiting  store.Feed // read and not yet durable
}

func (f *savedFeed) read(ctx context.Context, from io.Reader) error {
	lines := bufio.NewReaderSize(from, 64<<10)
	for {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("broken off: %w", err)
		}
		text, whole, err := nextLine(lines)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if len(text) > 0 || !whole {
			if err := f.line(ctx, text, whole); err != nil {
				return err
			}
		} else if err == nil {
			f.found.Lines++ // an empty one
		}
		if err != nil {
			return f.commit(ctx)
		}
	}
}

func (f *savedFeed) line(ctx context.Context, text []byte, whole bool) error {
	f.found.Lines++
	if !whole {
		f.reject("too_long")
		return nil
	}
	feed, understood := f.receiver.Read(text)
	if !understood {
		f.reject("not_an_event")
		return nil
	}
	f.found.Taken++
	f.found.Statuses += len(feed.Statuses)
	f.found.Messages += len(feed.Inbound)
	f.found.Preferences += len(feed.Preferences)
	f.found.Identities += len(feed.Identities)
	f.found.Templates += len(feed.Templates)
	f.found.Account += len(feed.Account)
	f.found.Unread += len(feed.Unread)
	f.waiting.Add(feed)
	if f.waiting.Updates() < savedAtOnce {
		return nil
	}
	return f.commit(ctx)
}

// commit makes what was read durable.
func (f *savedFeed) commit(ctx context.Context) error {
	if f.waiting.Updates() == 0 {
		return nil
	}
	feed := f.waiting
	f.waiting, feed.FromFile = store.Feed{}, true
	return f.store.RecordFeed(ctx, feed)
}

func (f *savedFeed) reject(reason string) {
	f.found.Rejected++
	if len(f.found.Rejects) < shownRejects {
		f.found.Rejects = append(f.found.Rejects, savedReject{f.found.Lines, reason})
	}
}

// nextLine reads a line without its end; whole is false for one that is too
// long, which is skipped. The error is io.EOF after the last.
func nextLine(r *bufio.Reader) (text []byte, whole bool, err error) {
	whole = true
	for {
		part, more := r.ReadSlice('\n')
		if whole = whole && len(text)+len(part) <= maxSavedLine+2; whole {
			text = append(text, part...)
		} else {
			text = nil
		}
		switch {
		case errors.Is(more, bufio.ErrBufferFull):
		case more != nil:
			return trimEnd(text), whole, more
		default:
			return trimEnd(text), whole, nil
		}
	}
}

func trimEnd(text []byte) []byte {
	for len(text) > 0 && (text[len(text)-1] == '\n' || text[len(text)-1] == '\r') {
		text = text[:len(text)-1]
	}
	return text
}
