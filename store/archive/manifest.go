package archive

import (
	"encoding/json"
	"fmt"
	"time"
)

// format is the only one there has been.
const format = 1

// Manifest says what a backup holds, so that it can be compared with what is
// found in it.
type Manifest struct {
	Format int       `json:"format"`
	MadeAt time.Time `json:"made_at"` // the moment the file was as it is in here
	Shop   string    `json:"shop"`    // its name; "" when not set up
	Schema int64     `json:"schema"`

	Contacts     int `json:"contacts"`
	Broadcasts   int `json:"broadcasts"`
	Suppressions int `json:"suppressions"`

	// Events, Head and Whole are the end of the ledgers' hash chain, in hex, and
	// whether the chain was whole. Head is worth keeping elsewhere too.
	Events int64  `json:"events"`
	Head   string `json:"head"`
	Whole  bool   `json:"whole"`

	Bytes  int64  `json:"bytes"`  // of the shop file
	SHA256 string `json:"sha256"` // of the shop file, in hex
}

func parseManifest(text []byte) (Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return Manifest{}, fmt.Errorf("%w: %w", ErrForeign, err)
	}
	if m.Format != format {
		return Manifest{}, fmt.Errorf("%w: format %d", ErrForeign, m.Format)
	}
	return m, nil
}
