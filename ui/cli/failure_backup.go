package cli

import (
	"errors"

	"pregon/store"
	"pregon/store/archive"
)

// explainBackup is about backups and what is put back from them.
func (l *line) explainBackup(err error) []string {
	switch {
	case errors.Is(err, archive.ErrExists):
		return []string{l.say.T("That file is there already and was not touched."), l.say.T("Name another one, or replace it with %s.", "--force")}
	case errors.Is(err, archive.ErrForeign):
		return []string{l.say.T("This file is not a backup of a shop. Nothing was changed."), l.say.T("Name the file that %s made.", "pregon backup")}
	case errors.Is(err, archive.ErrWrongKey):
		return []string{l.say.T("The passphrase or key does not open this backup. Nothing was changed."), l.say.T("Try again: capitals and blanks count. Nobody can open it without.")}
	case errors.Is(err, archive.ErrAltered):
		return []string{l.say.T("This backup is cut short or was changed after it was made. Nothing was changed here."), l.say.T("Copy it anew from where it was kept, or take an earlier one.")}
	case errors.Is(err, archive.ErrWeak):
		return []string{l.say.T("A passphrase of fewer than %d characters is quickly guessed. Nothing was written.", archive.MinimumPassphrase), l.say.T("Take four or five words.")}
	case errors.Is(err, archive.ErrNoKey):
		return []string{l.say.T("That is no key of age. Nothing was changed."), l.say.T("A public key begins with %s; a file of secret keys is what %s writes.", "age1", "age-keygen")}
	case errors.Is(err, store.ErrOtherShop):
		return []string{l.say.T("The shop file that is there belongs to another shop than the backup. Nothing was changed."), l.say.T("Move it away first, or name another place with %s.", "--db")}
	}
	return nil
}
