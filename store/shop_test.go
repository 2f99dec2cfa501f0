package store_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

func TestSettingsOutsideTheBoundsAreRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*store.Shop)
		field  string // "" where it is accepted
	}{
		"the defaults":         {func(*store.Shop) {}, ""},
		"the widest hours":     {func(s *store.Shop) { s.Hours.Opens, s.Hours.Closes = 8*60, 21*60 }, ""},
		"before eight":         {func(s *store.Shop) { s.Hours.Opens = 8*60 - 1 }, "hours"},
		"after nine":           {func(s *store.Shop) { s.Hours.Closes = 21*60 + 1 }, "hours"},
		"closed all day":       {func(s *store.Shop) { s.Hours.Opens, s.Hours.Closes = 10*60, 10*60 }, "hours"},
		"over midnight":        {func(s *store.Shop) { s.Hours.Opens, s.Hours.Closes = 20*60, 9*60 }, "hours"},
		"negative hours":       {func(s *store.Shop) { s.Hours.Opens = -1 }, "hours"},
		"twice a week":         {func(s *store.Shop) { s.Every = 84 * time.Hour }, ""},
		"more often":           {func(s *store.Shop) { s.Every = 84*time.Hour - time.Millisecond }, "every"},
		"all the time":         {func(s *store.Shop) { s.Every = 0 }, "every"},
		"back in time":         {func(s *store.Shop) { s.Every = -7 * 24 * time.Hour }, "every"},
		"a zone":               {func(s *store.Shop) { s.Timezone = "America/Vancouver" }, ""},
		"no zone":              {func(s *store.Shop) { s.Timezone = "" }, "timezone"},
		"this machine's zone":  {func(s *store.Shop) { s.Timezone = "Local" }, "timezone"},
		"no such zone":         {func(s *store.Shop) { s.Timezone = "America/Nowhere" }, "timezone"},
		"a file as a zone":     {func(s *store.Shop) { s.Timezone = "../../etc/passwd" }, "timezone"},
		"a blank name":         {func(s *store.Shop) { s.Name = " \t" }, "name"},
		"a long name":          {func(s *store.Shop) { s.Name = strings.Repeat("a", 201) }, "name"},
		"no region":            {func(s *store.Shop) { s.Region = "" }, "region"},
		"a country's name":     {func(s *store.Shop) { s.Region = "Canada" }, "region"},
		"a region in any case": {func(s *store.Shop) { s.Region = " ca " }, ""},
		"no number":            {func(s *store.Shop) { s.Number = "" }, "number"},
		"no number id":         {func(s *store.Shop) { s.PhoneNumberID = "" }, "phone-number-id"},
		"no account id":        {func(s *store.Shop) { s.WABAID = "" }, "waba-id"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.Open(t, filepath.Join(t.TempDir(), "shop.db"), storetest.NewClock())
			settings := storetest.Settings()
			test.change(&settings)
			err := shop.SaveShop(t.Context(), settings, "Ana")
			if test.field == "" {
				if err != nil {
					t.Errorf("SaveShop = %v", err)
				}
				return
			}
			var invalid *store.InvalidError
			if !errors.As(err, &invalid) || invalid.Field != test.field {
				t.Errorf("SaveShop = %v, want %s refused", err, test.field)
			}
			if _, err := shop.Shop(t.Context()); !errors.Is(err, store.ErrNotSetUp) {
				t.Errorf("Shop = %v, want ErrNotSetUp: what is refused is not kept", err)
			}
		})
	}
}

func TestSettingsComeBackAsSaved(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	for day := time.Sunday; day <= time.Saturday; day++ {
		want := store.Shop{
			Name: "Luna", Region: "CA", Number: "+16045550101", PhoneNumberID: "1", WABAID: "2", Timezone: "America/Vancouver",
			Language: "es", Products: "pan", TimesAMonth: 3, PrivacyURL: "https://luna.example", Hours: store.Hours{Opens: 601, Closes: 1199},
			Every: 100 * time.Hour, KeepYears: 4, PerMonth: 3, RequireConfirmed: day%2 == 0, Practice: day%3 == 0, Staff: "Iván",
		}
		want.Hours.Days[day] = true
		if err := shop.SaveShop(t.Context(), want, "Ana"); err != nil {
			t.Fatal(err)
		}
		if got, err := shop.Shop(t.Context()); err != nil || got != want {
			t.Errorf("Shop = %+v, %v, want %+v", got, err, want)
		}
	}
	if got := (store.Shop{Timezone: "America/Vancouver"}).Location().String(); got != "America/Vancouver" {
		t.Errorf("Location = %s", got)
	}
}

func TestRequireConfirmedIsAskedAtTheGateToo(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	shop.Customer(t, 1)
	id := shop.Started(t, "sendable:yes")
	settings := storetest.Settings()
	settings.RequireConfirmed = true
	if err := shop.SaveShop(ctx, settings, "Ana"); err != nil {
		t.Fatal(err)
	}
	if claimed, err := shop.Outbox.Claim(ctx, id, 1); err != nil || len(claimed.Claims) != 0 || claimed.Excluded != 1 {
		t.Errorf("Claim = %+v, %v, want the staff's word not to be enough any more", claimed, err)
	}
	if c, err := shop.Store.Contact(ctx, 1); err != nil || c.Verdict.Sendable() {
		t.Errorf("verdict = %v, %v, want no_consent", c.Verdict.Why, err)
	}
}
