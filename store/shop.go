package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"pregon/store/phone"
)

// Shop is the business the file belongs to.
type Shop struct {
	Name          string
	Region        string     // ISO 3166 country; completes national numbers
	Number        phone.E164 // the business number customers save
	PhoneNumberID string     // Meta's id of that number
	WABAID        string     // Meta's id of the account that owns it
	Timezone      string     // IANA
	Language      string     // en, es, pt
	Products      string     // "bread and pastries", for the notice
	TimesAMonth   int        // how often the notice says broadcasts come
	PrivacyURL    string
	Hours         Hours
	// Every is the shortest time between two broadcasts to one person,
	// PerMonth the most in 30 days.
	Every            time.Duration
	PerMonth         int
	RequireConfirmed bool
	KeepYears        int    // how long a proof is kept after its last use, 1 to 5
	Practice         bool   // a practice shop: sends to the sandbox only
	Staff            string // who works at this machine by default
}

// Hours are when broadcasts may go out, in the shop's own time.
type Hours struct {
	Opens, Closes int     // minutes after midnight
	Days          [7]bool // indexed by time.Weekday
}

// The bounds no setting can widen (consent.md, quiet hours).
const (
	EarliestOpening = 8 * 60
	LatestClosing   = 21 * 60
)

// MinimumEvery is the shortest pause between broadcasts to one person: never
// more than two in seven days.
const MinimumEvery = 84 * time.Hour

// LongestKeepYears is how long a proof may be kept after its last use at most
// (Germany asks for five years, the longest we know: consent.md 1.2).
const LongestKeepYears = 5

// DefaultShop holds the defaults: 09:00 to 20:00, Monday to Saturday, one
// broadcast a week and four a month.
func DefaultShop() Shop {
	hours := Hours{Opens: 9 * 60, Closes: 20 * 60}
	for day := time.Monday; day <= time.Saturday; day++ {
		hours.Days[day] = true
	}
	return Shop{
		Language: "en", Timezone: "UTC", TimesAMonth: 2, Hours: hours,
		Every: 7 * 24 * time.Hour, PerMonth: 4, KeepYears: 3,
	}
}

const (
	selectShop = `SELECT name, region, number, phone_number_id, waba_id, timezone, language, products, times_a_month,
		privacy_url, opens, closes, days, every_ms, per_month, require_confirmed, practice, staff, keep_years FROM shop WHERE id = 1`
	upsertShop = `INSERT INTO shop (id, name, region, number, phone_number_id, waba_id, timezone, language, products,
		times_a_month, privacy_url, opens, closes, days, every_ms, per_month, require_confirmed, practice, staff, keep_years,
		created_at, updated_at)
		VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, region = excluded.region, number = excluded.number,
		phone_number_id = excluded.phone_number_id, waba_id = excluded.waba_id, timezone = excluded.timezone,
		language = excluded.language, products = excluded.products, times_a_month = excluded.times_a_month,
		privacy_url = excluded.privacy_url, opens = excluded.opens, closes = excluded.closes, days = excluded.days,
		every_ms = excluded.every_ms, per_month = excluded.per_month, require_confirmed = excluded.require_confirmed,
		practice = excluded.practice, staff = excluded.staff, keep_years = excluded.keep_years,
		updated_at = excluded.updated_at`
)

// Shop returns the shop's own data, or ErrNotSetUp.
func (s *Store) Shop(ctx context.Context) (Shop, error) { return s.shop(ctx) }

func (f *file) shop(ctx context.Context) (Shop, error) {
	return scanShop(func(into ...any) error { return f.scan(ctx, selectShop, nil, into...) })
}

func (t *tx) shop() (Shop, error) {
	return scanShop(func(into ...any) error { return t.scan(selectShop, nil, into...) })
}

func scanShop(scan func(...any) error) (Shop, error) {
	var shop Shop
	var days, every int64
	err := scan(&shop.Name, &shop.Region, &shop.Number, &shop.PhoneNumberID, &shop.WABAID, &shop.Timezone,
		&shop.Language, &shop.Products, &shop.TimesAMonth, &shop.PrivacyURL, &shop.Hours.Opens, &shop.Hours.Closes,
		&days, &every, &shop.PerMonth, &shop.RequireConfirmed, &shop.Practice, &shop.Staff,
		&shop.KeepYears)
	if errors.Is(err, ErrNotFound) {
		return Shop{}, ErrNotSetUp
	}
	if err != nil {
		return Shop{}, fmt.Errorf("read the shop: %w", err)
	}
	for day := range shop.Hours.Days {
		shop.Hours.Days[day] = days&(1<<weekdayBit(time.Weekday(day))) != 0
	}
	shop.Every = time.Duration(every) * time.Millisecond
	return shop, nil
}

// weekdayBit puts Monday first, as the file does.
func weekdayBit(day time.Weekday) int { return (int(day) + 6) % 7 }

// SaveShop sets the shop up or changes it. Changing the number makes every
// saved-number attestation for another number invalid at once, and changing the
// platform's id of it every one, until SaveAccount brings the platform's word
// that the number is the same. Neither can be changed while a broadcast is being
// sent: its other half would be left out for it. Refuses with *InvalidError.
func (s *Store) SaveShop(ctx context.Context, shop Shop, staff string) error {
	shop, err := shop.valid()
	if err != nil {
		return err
	}
	var days int64
	for day, open := range shop.Hours.Days {
		if open {
			days |= 1 << weekdayBit(time.Weekday(day))
		}
	}
	return s.write(ctx, func(t *tx) error {
		if err := t.movesNumber(shop); err != nil {
			return err
		}
		counted, err := t.attestedAfter(func() error {
			_, err := t.exec(upsertShop, shop.Name, shop.Region, shop.Number, shop.PhoneNumberID, shop.WABAID,
				shop.Timezone, shop.Language, shop.Products, shop.TimesAMonth, shop.PrivacyURL, shop.Hours.Opens,
				shop.Hours.Closes, days, shop.Every.Milliseconds(), shop.PerMonth, shop.RequireConfirmed, shop.Practice,
				shop.Staff, shop.KeepYears, t.now.UnixMilli(), t.now.UnixMilli())
			return err
		})
		if err != nil {
			return fmt.Errorf("save the shop: %w", err)
		}
		detail := ""
		if counted.before != counted.after {
			detail = "another number or number id; " + counted.String()
		}
		return t.audit(AuditEvent{Type: "shop_changed", Staff: staff, Subject: "shop", Detail: detail})
	})
}

// Valid reports what its own fields have SaveShop refuse.
func (shop Shop) Valid() error {
	_, err := shop.valid()
	return err
}

// valid returns the shop with its texts tidied, or why it is refused.
func (shop Shop) valid() (Shop, error) {
	shop.Name = strings.TrimSpace(shop.Name)
	shop.Region = strings.ToUpper(strings.TrimSpace(shop.Region))
	switch {
	case shop.Name == "":
		return Shop{}, &InvalidError{Field: "name", Reason: "empty"}
	case len(shop.Name) > 200:
		return Shop{}, &InvalidError{Field: "name", Reason: "too_long"}
	case len(shop.Region) != 2:
		return Shop{}, &InvalidError{Field: "region", Reason: "unknown"}
	case shop.Number == "":
		return Shop{}, &InvalidError{Field: "number", Reason: "empty"}
	case shop.PhoneNumberID == "":
		return Shop{}, &InvalidError{Field: "phone-number-id", Reason: "empty"}
	case shop.WABAID == "":
		return Shop{}, &InvalidError{Field: "waba-id", Reason: "empty"}
	case shop.Hours.Opens < EarliestOpening || shop.Hours.Closes > LatestClosing || shop.Hours.Opens >= shop.Hours.Closes:
		return Shop{}, &InvalidError{Field: "hours", Reason: "outside"}
	case shop.Every < MinimumEvery:
		return Shop{}, &InvalidError{Field: "every", Reason: "too_often"}
	case shop.KeepYears < 1 || shop.KeepYears > LongestKeepYears:
		return Shop{}, &InvalidError{Field: "keep-years", Reason: "unknown"}
	}
	// "" and "Local" load as well, but mean another zone on another machine.
	if _, err := time.LoadLocation(shop.Timezone); err != nil || shop.Timezone == "" || shop.Timezone == "Local" {
		return Shop{}, &InvalidError{Field: "timezone", Reason: "unknown"}
	}
	return shop, nil
}

// Location is the shop's time zone; UTC when this machine does not know it.
func (shop Shop) Location() *time.Location {
	zone, err := time.LoadLocation(shop.Timezone)
	if err != nil {
		return time.UTC
	}
	return zone
}
