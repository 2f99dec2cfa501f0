package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"pregon/store/archive"
)

// markName is the file in a restore's folder that says what is outside it. It is there before anything outside the
// folder is touched, and tells the two ends apart: while it lies beside the file from the backup, that has not taken its
// place. So it goes first where the file before stays, and last where it does not.
const markName = "begun"

// mark is what is in it.
type mark struct {
	Aside string `json:"aside"` // the name under which the file before, and its key, are kept
	Key   bool   `json:"key"`   // there was a key
}

func (w *workFolder) writeMark(m mark) error {
	text, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("mark the restore: %w", err)
	}
	file, err := os.OpenFile(w.file(markName), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("mark the restore: %w", err)
	}
	_, err = file.Write(text)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close(), archive.SyncFolder(w.file(markName)))
}

// readMark returns nil where there is none, or only part of one: then nothing outside was touched.
func (w *workFolder) readMark() *mark {
	text, err := os.ReadFile(w.file(markName))
	var m mark
	if err != nil || json.Unmarshal(text, &m) != nil {
		return nil
	}
	return &m
}
