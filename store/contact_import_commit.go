package store

import (
	"context"
	"errors"
	"fmt"
)

// keepChunk is how many staged rows one statement takes in: after each the import can be stopped.
const keepChunk = 500

// Vouch takes the owner's written answer for a file that looks bought.
func (g *StagedImport) Vouch(answer string) { g.Import.Vouch = answer }

// Watch has progress hear of the commit.
func (g *StagedImport) Watch(progress func(ImportProgress)) { g.Progress = progress }

// StoppedError: the import was stopped when its people had been seen already, and was taken back. Those stay of whom it
// had put an opt-in on the ledger, which is voided, or to whom something happened in between.
type StoppedError struct {
	Undone Undone
	Err    error // that of the context
}

func (e *StoppedError) Error() string {
	return fmt.Sprintf("import %d was taken back: %v", e.Undone.ID, e.Err)
}

func (e *StoppedError) Unwrap() error { return e.Err }

// Commit takes the file into the shop: wholly, or not at all when it fails or ctx ends. It writes in many short
// transactions, between which others write too, and nobody sees any of those who come before all are there; a start
// after a crash brings it to one of its two ends. What changed in the shop since the file was compared is compared
// again, and what changes meanwhile goes before the file. It waits for another import. Refuses with *BoughtError; fails
// with *StoppedError when ctx ends late.
func (g *StagedImport) Commit(ctx context.Context) (report Imported, err error) {
	if g.Bought() && clean(g.Import.Vouch) == "" {
		return Imported{}, &BoughtError{Signs: g.preview.Signs}
	}
	release, err := g.store.lockImports(ctx)
	if err != nil {
		return Imported{}, err
	}
	defer func() { err = errors.Join(err, release()) }()
	k := &keeping{StagedImport: g}
	if err := k.compareAgain(ctx); err != nil {
		return Imported{}, err
	}
	for _, text := range []string{keepingCache, keepingLog, dontWait} {
		if _, err := g.on.conn.ExecContext(ctx, text); err != nil {
			return Imported{}, fmt.Errorf("import: %w", translate(err))
		}
	}
	k.report = g.preview
	k.report.OptedIn, k.report.Attested, k.report.Unproven = 0, 0, 0
	if err := g.store.inTurns(ctx, g.on, k.between, k.step); err != nil {
		return Imported{}, withClosing(err, g.store.takeBack(context.WithoutCancel(ctx), g.on))
	}
	// From here on it is decided: what is left is done, also after a crash, unless somebody says that it be stopped.
	if err = k.finish(ctx); err != nil && ctx.Err() != nil {
		return Imported{}, k.giveUp(context.WithoutCancel(ctx), ctx.Err())
	}
	return k.report, err
}

// finish writes on people what the file says of them.
func (k *keeping) finish(ctx context.Context) error {
	if err := k.store.scan(ctx, countArrivedRows, nil, &k.toWrite); err != nil {
		return fmt.Errorf("count what is to be written: %w", err)
	}
	return k.store.inTurns(ctx, k.on, noRest, func(t *tx) (bool, error) { return k.writeSome(t, &k.report) })
}

// giveUp takes an import back that was stopped while it wrote on people.
func (k *keeping) giveUp(ctx context.Context, cause error) error {
	if err := k.store.beginUndo(ctx, k.id, k.Staff); err != nil {
		return errors.Join(cause, err)
	}
	undone, err := k.store.takeOut(ctx, k.Progress)
	return withClosing(&StoppedError{Undone: undone, Err: cause}, err)
}
