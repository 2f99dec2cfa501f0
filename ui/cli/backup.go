package cli

import (
	"context"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"pregon/store"
	"pregon/store/archive"
)

type backupFlags struct {
	lock  lockFlags
	force bool
	staff string
}

type backupDocument struct {
	File         string `json:"file"`
	Bytes        int64  `json:"bytes"` // of the sealed file
	MadeAt       string `json:"made_at"`
	Contacts     int    `json:"contacts"`
	Broadcasts   int    `json:"broadcasts"`
	Suppressions int    `json:"suppressions"`
	Events       int64  `json:"events"`
	Head         string `json:"head"`
	OK           bool   `json:"ok"`       // the hash chain is whole
	Verified     bool   `json:"verified"` // it was opened again and compared
}

func (l *line) backupCommand() *cobra.Command {
	var f backupFlags
	cmd := &cobra.Command{Use: "backup FILE", Short: l.say.T("make a sealed copy of everything, also while sending"), Args: cobra.ExactArgs(1)}
	l.passphraseFlag(cmd, &f.lock)
	flags := cmd.Flags()
	flags.StringArrayVar(&f.lock.recipients, "recipient", nil, l.say.T("seal for this public key of age instead of by a passphrase"))
	flags.BoolVar(&f.force, "force", false, l.say.T("replace the file if it is there"))
	flags.StringVar(&f.staff, "staff", "", l.say.T("who does it"))
	cmd.RunE = l.open(func(ctx context.Context, shop *Shop, args []string) error {
		return l.backup(ctx, shop.Store, args[0], f)
	})
	return cmd
}

func (l *line) backup(ctx context.Context, s *store.Store, to string, f backupFlags) error {
	if _, err := os.Lstat(to); err == nil && !f.force { // before anybody has to think of a passphrase
		return archive.ErrExists
	}
	lock, err := l.sealingLock(f.lock)
	if err != nil {
		return err
	}
	m, err := s.Backup(ctx, to, store.BackupOptions{Lock: lock, Force: f.force, Staff: l.staff(ctx, s, f.staff)})
	if err != nil {
		return err
	}
	d := backupDocument{
		File: to, MadeAt: stamp(m.MadeAt), Contacts: m.Contacts, Broadcasts: m.Broadcasts, Suppressions: m.Suppressions,
		Events: m.Events, Head: m.Head, OK: m.Whole, Verified: lock.Opens(),
	}
	if info, err := os.Stat(to); err == nil {
		d.Bytes = info.Size()
	}
	l.say = l.zoned(ctx, s)
	return l.print(d, func(p *paper) { l.backupLines(p, d, m) })
}

func (l *line) backupLines(p *paper, d backupDocument, m archive.Manifest) {
	p.line(l.say.T("%s is backed up.", safe(m.Shop)))
	p.pairs(append([][2]string{{l.say.T("File"), safe(d.File).String()}}, l.insideRows(m)...)...)
	if d.Verified {
		p.line(l.say.T("It was opened again and is whole. Without the passphrase nobody can open it: keep that in another place."))
	} else {
		p.line(l.say.T("It was read back and is whole. Only who has the secret key can open it."))
	}
	if !m.Whole {
		p.line(l.say.T("But the record of consents in it does not hold: see %s.", "pregon consent verify"))
	}
}

// insideRows say what a backup holds.
func (l *line) insideRows(m archive.Manifest) [][2]string {
	return [][2]string{
		{l.say.T("Made"), l.say.Exact(m.MadeAt)},
		{l.say.T("Contacts"), l.say.Number(m.Contacts)},
		{l.say.T("Broadcasts"), l.say.Number(m.Broadcasts)},
		{l.say.T("Never to be messaged"), l.say.Number(m.Suppressions)},
		{l.say.T("Record"), l.say.T("%d events, its end is %s", int(m.Events), m.Head)},
	}
}

type restoreFlags struct {
	lock     lockFlags
	reviewed bool
	goOn     []int64
	staff    string
}

type pendingDocument struct {
	ID     store.BroadcastID    `json:"id"`
	Name   string               `json:"name"`
	State  store.BroadcastState `json:"state"`
	Queued int                  `json:"queued"`
}

type restoreDocument struct {
	Waiting     bool              `json:"waiting"` // for a review; nothing is sent until then
	MadeAt      string            `json:"made_at"`
	RestoredAt  string            `json:"restored_at"`
	Kept        string            `json:"kept"`       // where the file lies that was there before
	KeptUntil   string            `json:"kept_until"` // when that one is deleted
	CarriedOver int               `json:"carried_over"`
	Unread      bool              `json:"unread"` // that file was damaged
	Pending     []pendingDocument `json:"pending"`
}

func (l *line) restoreCommand() *cobra.Command {
	var f restoreFlags
	cmd := &cobra.Command{Use: "restore [FILE]", Short: l.say.T("put a backup back, or review the one that was put back"), Args: cobra.MaximumNArgs(1)}
	l.passphraseFlag(cmd, &f.lock)
	flags := cmd.Flags()
	flags.StringVar(&f.lock.identity, "identity", "", l.say.T("a file with the secret key of age that opens it"))
	flags.BoolVar(&f.reviewed, "reviewed", false, l.say.T("everything was looked at: let the shop send again"))
	flags.Int64SliceVar(&f.goOn, "go-on", nil, l.say.T("with --reviewed: this broadcast was not sent since the backup and may go on"))
	flags.StringVar(&f.staff, "staff", "", l.say.T("who does it"))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return l.open(func(ctx context.Context, shop *Shop, _ []string) error { return l.review(ctx, shop.Store, f) })(cmd, args)
		}
		if f.reviewed || len(f.goOn) > 0 {
			return l.refuse(l.say.T("First put the backup back, then look at it, then say %s. Nothing was changed.", "--reviewed"))
		}
		name, made, err := l.restore(cmd.Context(), args[0], f)
		if err != nil {
			return err
		}
		return l.open(func(ctx context.Context, shop *Shop, _ []string) error {
			zoned := l.zoned(ctx, shop.Store)
			l.tell(zoned.T("%s is back, as it was on %s.", safe(name), zoned.Exact(made)))
			return l.review(ctx, shop.Store, f)
		})(cmd, args)
	}
	return cmd
}

// restore puts a backup back and returns the shop's name in it and when it was made.
func (l *line) restore(ctx context.Context, from string, f restoreFlags) (string, time.Time, error) {
	path, err := l.shopFile()
	if err != nil {
		return "", time.Time{}, err
	}
	if _, err := os.Stat(from); err != nil {
		return "", time.Time{}, l.refuse(l.say.T("The file %s cannot be read. Nothing was changed.", safe(from)))
	}
	lock, err := l.openingLock(f.lock)
	if err != nil {
		return "", time.Time{}, err
	}
	_, m, err := store.Restore(ctx, path, from, store.RestoreOptions{Lock: lock, Staff: l.account(f.staff)},
		store.WithClock(l.Now))
	return m.Shop, m.MadeAt, err
}

// review shows what a restored file believes to be pending, and takes the owner's word on it.
func (l *line) review(ctx context.Context, s *store.Store, f restoreFlags) error {
	waiting, err := s.Restored(ctx)
	if err != nil {
		return err
	}
	if waiting == nil {
		return l.print(restoreDocument{Pending: []pendingDocument{}}, func(p *paper) {
			p.line(l.say.T("Nothing was put back that waits for a review."))
		})
	}
	pending, err := s.Pending(ctx)
	if err != nil {
		return err
	}
	decides := slices.ContainsFunc(pending, func(b store.Broadcast) bool { return b.State != store.BroadcastDraft })
	if f.reviewed {
		review := store.RestoreReview{Staff: l.staff(ctx, s, f.staff)}
		for _, id := range f.goOn {
			review.GoOn = append(review.GoOn, store.BroadcastID(id))
		}
		if err := s.AcceptRestored(ctx, review); err != nil {
			return err
		}
		if pending, err = s.Pending(ctx); err != nil {
			return err
		}
	} else if len(f.goOn) > 0 {
		return l.refuse(l.say.T("%s goes with %s. Nothing was changed.", "--go-on", "--reviewed"))
	}
	d := restoreDocument{
		Waiting: !f.reviewed, MadeAt: stamp(waiting.BackupAt), RestoredAt: stamp(waiting.At), Kept: waiting.Kept,
		CarriedOver: waiting.Carried, Unread: waiting.Unread, Pending: make([]pendingDocument, 0, len(pending)),
	}
	if waiting.Kept != "" {
		d.KeptUntil = stamp(waiting.At.Add(store.PurgeAfter))
	}
	for _, b := range pending {
		d.Pending = append(d.Pending, pendingDocument{b.ID, b.Name, b.State, b.Counts[store.DeliveryQueued]})
	}
	l.say = l.zoned(ctx, s)
	return l.print(d, func(p *paper) { l.reviewLines(p, d, waiting, decides) })
}

// reviewLines prints the review; where it decides about nothing it asks for the word alone.
func (l *line) reviewLines(p *paper, d restoreDocument, r *store.Restored, decides bool) {
	switch {
	case !d.Waiting && !decides:
		p.line(l.say.T("The shop may send again."))
		return
	case !d.Waiting:
		p.line(l.say.T("The shop may send again. What may have gone out after the backup was ended."))
		l.pendingTable(p, d.Pending)
		return
	}
	if r.Kept != "" {
		p.line(l.say.T("The file that was there is kept until %s: %s", l.say.Date(r.At.Add(store.PurgeAfter)), safe(r.Kept)))
		p.line(l.say.T("Who is erased leaves that one too."))
	}
	switch {
	case r.Unread:
		p.line(l.say.T("It was damaged, so nobody could look for a STOP in it that came after the backup. Enter those you know of by hand."))
	case r.Kept != "":
		p.line(l.say.T("%d people who said stop after the backup were taken over from it.", r.Carried))
	default:
		p.line(l.say.T("Who said stop after %s is not in it. Enter those you know of by hand.", l.say.Exact(r.BackupAt)))
	}
	if !decides {
		p.line(l.say.T("No broadcast had begun or was planned in it: there is nothing to decide."))
		if len(d.Pending) > 0 {
			p.line(l.say.T("%d drafts stay as they are. They may have been sent after the backup: look before you send one.", len(d.Pending)))
		}
		p.line(l.say.T("Nothing is sent before you say: %s", "pregon restore --reviewed"))
		return
	}
	p.line(l.say.T("Nothing is sent until you have looked at what this file takes for unsent. Some of it may have gone out after the backup was made:"))
	l.pendingTable(p, d.Pending)
	p.line(l.say.T("Then say: %s. Begun and planned broadcasts end with it; add %s for one of which you know that nobody got it since.",
		"pregon restore --reviewed", "--go-on ID"))
}

func (l *line) pendingTable(p *paper, pending []pendingDocument) {
	if len(pending) == 0 {
		p.line(l.say.T("  no broadcast"))
		return
	}
	rows := make([][]string, 0, len(pending))
	for _, b := range pending {
		rows = append(rows, []string{itoa(b.ID), l.say.Broadcast(string(b.State)), l.say.Number(b.Queued), safe(b.Name).String()})
	}
	p.table([]string{"ID", l.say.T("State"), l.say.T("Waiting"), l.say.T("Name")}, rows)
}
