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

// Commit takes the file into the shop: wholly, or not at all when it fails or ctx ends. It writes in many short
// transactions, between which others write too, and nobody sees any of it before the last one; a start after a crash
// brings it to one of its two ends. What changed in the shop since the file was compared is compared again, and what
// changes meanwhile goes before the file. It waits for another import. Refuses with *BoughtError.
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
	// From here on it is decided: what is left is done, whoever stops waiting for it.
	err = g.store.inTurns(context.WithoutCancel(ctx), g.on, noRest, func(t *tx) (bool, error) { return k.writeSome(t, &k.report) })
	return k.report, err
}
