package cli

import (
	"bufio"
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/adrg/xdg"

	"pregon/store"
	"pregon/store/intake"
	"pregon/store/phone"
)

const defaultAPI = "https://graph.facebook.com"

// shopFile is the file the command works on.
func (l *line) shopFile() (string, error) {
	if l.db != "" {
		return l.db, nil
	}
	if path := l.Env("PREGON_DB"); path != "" {
		return path, nil
	}
	return l.dataFile("shop.db")
}

// dataFile is a file of ours in the platform's data directory.
func (l *line) dataFile(name string) (string, error) {
	folder := l.Env("XDG_DATA_HOME")
	if folder == "" || !filepath.IsAbs(folder) {
		folder = xdg.DataHome
	}
	return filepath.Join(folder, "pregon", name), nil
}

func (l *line) connection() Connect {
	base := strings.TrimRight(l.Env("PREGON_API_URL"), "/")
	if base == "" {
		base = defaultAPI
	}
	return Connect{Log: l.log, BaseURL: base, Version: l.Env("PREGON_API_VERSION"), Token: func(context.Context) (string, error) {
		if token := l.secret("PREGON_TOKEN"); token != "" {
			return token, nil
		}
		return "", errNoToken
	}}
}

// secret looks at what was typed in the app, then where the user pointed, then in the environment, then in the keyring.
func (l *line) secret(name string) string {
	if value := l.typed.value(name); value != "" {
		return value
	}
	if value := l.secrets[name]; value != "" {
		return value
	}
	if value := l.Env(name); value != "" {
		return value
	}
	return l.Keyring(name)
}

// readSecrets reads the file of --secrets: lines of NAME=VALUE. A file that
// others can read is refused, since a secret that leaked is none.
func (l *line) readSecrets() error {
	if l.secretsFile == "" {
		return nil
	}
	text, err := l.ownFile(l.secretsFile)
	if err != nil {
		return err
	}
	l.secrets = map[string]string{}
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		name, value, found := strings.Cut(strings.TrimPrefix(strings.TrimSpace(lines.Text()), "export "), "=")
		if found && !strings.HasPrefix(name, "#") {
			l.secrets[strings.TrimSpace(name)] = strings.Trim(strings.TrimSpace(value), `"'`)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read the secrets: %w", err)
	}
	return nil
}

// staff is who does this: as named, else as the shop's machine is set, else the account of this computer.
func (l *line) staff(ctx context.Context, s *store.Store, named string) string {
	if named != "" {
		return named
	}
	if shop, err := s.Shop(ctx); err == nil && shop.Staff != "" {
		return shop.Staff
	}
	return l.account("")
}

// account is who was named, else the account of this computer.
func (l *line) account(named string) string {
	if named != "" {
		return named
	}
	for _, name := range []string{"USER", "USERNAME", "LOGNAME"} {
		if value := l.Env(name); value != "" {
			return value
		}
	}
	return "owner"
}

// number reads a phone number as people type it.
func (l *line) number(ctx context.Context, s *store.Store, text string) (phone.E164, error) {
	region := l.region
	if region == "" {
		if shop, err := s.Shop(ctx); err == nil {
			region = shop.Region
		}
	}
	number, err := phone.Parse(text, region)
	if err != nil {
		return "", &numberError{text: text, err: err}
	}
	return number, nil
}

// known finds a contact by the number as people type it, by WhatsApp's id where no number is known, or by id:N. Fails with
// store.ErrNotFound where there is none.
func (l *line) known(ctx context.Context, s *store.Store, text string) (store.Contact, error) {
	if digits, found := strings.CutPrefix(text, "id:"); found {
		id, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return store.Contact{}, &store.InvalidError{Field: "phone", Reason: "unknown"}
		}
		return s.Contact(ctx, store.ContactID(id))
	}
	if intake.IsScopedID(text) {
		return s.ContactByUserID(ctx, text)
	}
	number, err := l.number(ctx, s, text)
	if err != nil {
		return store.Contact{}, err
	}
	return s.ContactByPhone(ctx, number)
}

// contact is known, and says what to do where nobody is.
func (l *line) contact(ctx context.Context, s *store.Store, text string) (store.Contact, error) {
	c, err := l.known(ctx, s, text)
	if !isNotFound(err) {
		return c, err
	}
	number, err := l.number(ctx, s, text)
	if err != nil { // an id, which nobody adds by hand
		return store.Contact{}, l.refuse(l.say.T("%s is not among the contacts. Nothing was changed.", safe(text)))
	}
	return store.Contact{}, l.refuse(l.say.T("%s is not among the contacts. Nothing was changed.", number.International()),
		l.say.T("Add it first: %s", "pregon contacts add "+string(number)+" --name … --source …"))
}
