package assets_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pregon/assets"
)

// issued are the wordings customers may have agreed to, with the SHA-256 of their text. A line is never changed:
// whoever wants other words adds a file with the next version, and its line here.
var issued = map[string]string{
	"optin-en.v1": "2bef379cd69771419f020855f1f5477d37b184dc834daf2f25130e2ed2e9be51",
	"optin-es.v1": "682f0b4e59985f1ecfd63b644948780a4818ed4af0f3a85d3f975929ab9ac578",
	"optin-pt.v1": "5a785e7d7cc08ca7a38578ba372e771b48846e1100f9a79fc35a761a95680677",
	"saved-en.v1": "1f3f723d676da5e9b5b2943a88004affded6021c0bea6ecd1ced0c2f288476bc",
	"saved-es.v1": "9c11a232b2a915fc3f1b53bc218f2bbd0da405e0aadfae6d3cf1a3ab31d9a5ba",
	"saved-pt.v1": "4936a570d96c517355701f7d337a7611df3ed416dc0d3d6653640cb3d38cf22f",
}

// required are the placeholders each kind of wording must hold, and the only ones it may hold.
var required = map[string][]string{
	"optin": {"{privacy}", "{products}", "{shop}", "{times}"},
	"saved": {"{number}", "{shop}"},
}

func TestIssuedWordingsAreNeverEdited(t *testing.T) {
	t.Parallel()
	got := make(map[string]string)
	for _, notice := range notices(t) {
		sum := sha256.Sum256([]byte(notice.Text))
		got[fileName(notice)] = hex.EncodeToString(sum[:])
	}
	for name, sum := range issued {
		if got[name] != sum {
			t.Errorf("%s has the hash %q, issued with %q: bring the old text back and add a new version", name, got[name], sum)
		}
	}
	for name, sum := range got {
		if issued[name] == "" {
			t.Errorf("%s is not on the record of issued wordings: add its hash %s", name, sum)
		}
	}
}

func TestEveryLanguageHasBothWordings(t *testing.T) {
	t.Parallel()
	for language := range assets.Locales() {
		for kind := range required {
			has := slices.ContainsFunc(notices(t), func(n assets.Notice) bool {
				return n.ID == kind+"-"+language && n.Language == language && n.Version >= 1
			})
			if !has {
				t.Errorf("no wording %s-%s", kind, language)
			}
		}
	}
}

func TestWordingsHoldTheirPlaceholdersAndNoOthers(t *testing.T) {
	t.Parallel()
	placeholder := regexp.MustCompile(`[{\[][^}\]]*[}\]]`)
	for _, notice := range notices(t) {
		kind, _, _ := strings.Cut(notice.ID, "-")
		got := slices.Compact(slices.Sorted(slices.Values(placeholder.FindAllString(notice.Text, -1))))
		if !slices.Equal(got, required[kind]) {
			t.Errorf("%s has the placeholders %v, want %v", fileName(notice), got, required[kind])
		}
	}
}

func TestOptInWordingsNameTheWayOutAndTheAge(t *testing.T) {
	t.Parallel()
	wayOut := map[string]string{"en": "STOP", "es": "BAJA", "pt": "SAIR"}
	for _, notice := range notices(t) {
		if !strings.HasPrefix(notice.ID, "optin-") {
			continue
		}
		for _, want := range []string{wayOut[notice.Language], "18", "WhatsApp", "☐"} {
			if !strings.Contains(notice.Text, want) {
				t.Errorf("%s does not say %q", fileName(notice), want)
			}
		}
	}
}

func TestNoticesComeInOrder(t *testing.T) {
	t.Parallel()
	all := notices(t)
	for i := 1; i < len(all); i++ {
		before, after := all[i-1], all[i]
		if before.ID > after.ID || (before.ID == after.ID && before.Version >= after.Version) {
			t.Errorf("%s stands before %s", fileName(before), fileName(after))
		}
	}
}

func TestEveryFileIsCleanUTF8(t *testing.T) {
	t.Parallel()
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !utf8.Valid(data) {
			t.Errorf("%s is not UTF-8", path)
		}
		if strings.HasPrefix(string(data), "\ufeff") {
			t.Errorf("%s starts with a byte order mark", path)
		}
		for _, r := range string(data) {
			if unicode.IsControl(r) && r != '\n' && r != '\t' {
				t.Errorf("%s holds the control character %U", path, r)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestLocalesAreObjectsOfTextOrPlurals(t *testing.T) {
	t.Parallel()
	for language, data := range assets.Locales() {
		var catalog map[string]json.RawMessage
		if err := json.Unmarshal(data, &catalog); err != nil {
			t.Errorf("%s: %v", language, err)
			continue
		}
		for key, raw := range catalog {
			var text string
			var plurals map[string]string
			if json.Unmarshal(raw, &text) == nil && text != "" {
				continue
			}
			if json.Unmarshal(raw, &plurals) != nil || plurals["other"] == "" {
				t.Errorf("%s: %q is neither a text nor plurals with an \"other\"", language, key)
			}
		}
	}
}

func notices(t *testing.T) []assets.Notice {
	t.Helper()
	all, err := assets.Notices()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func fileName(notice assets.Notice) string {
	return fmt.Sprintf("%s.v%d", notice.ID, notice.Version)
}
