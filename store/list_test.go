package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/audience"
	"pregon/store/phone"
	"pregon/store/storetest"
)

func TestAudienceLanguageFindsWhomItNames(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	people := []store.NewContact{
		{Phone: storetest.Phone(1), Name: "José Ángel Ruiz", Language: "es", Tags: []string{"VIP"}, Fields: map[string]string{"city": "San Juan"}},
		{Phone: storetest.Phone(2), Name: "Ana O'Neill", Language: "en", Tags: []string{"staff", "vip"}},
		{Phone: "+61491570156", Name: "100% Bread_Co", Language: "pt_BR"},
	}
	for _, p := range people {
		p.Source = "counter"
		if _, err := shop.AddContact(ctx, p); err != nil {
			t.Fatal(err)
		}
	}
	shop.OptIn(t, 2)
	shop.Saved(t, 2)
	shop.Clock.Advance(40 * 24 * time.Hour)
	tests := map[string][]store.ContactID{
		"":                           {1, 2, 3},
		"jose angel":                 {1},
		"ÁNGEL":                      {1},
		"o'neill":                    {2},
		"100%":                       {3},
		"d_c":                        {3},
		"5000002":                    {2},
		"tag:vip":                    {1, 2},
		"tag:vip -tag:staff":         {1},
		"-tag:vip":                   {3},
		"lang:pt":                    {3},
		"country:AU":                 {3},
		`field.city:"san juan"`:      {1},
		`-field.city:"san juan"`:     {2, 3},
		"consent:given saved:yes":    {2},
		"saved:no":                   {1, 3},
		"sendable:yes":               {2},
		"sendable:no":                {1, 3},
		"tag:staff OR country:AU":    {2, 3},
		"added:<30d":                 nil,
		"added:>30d tag:vip":         {1, 2},
		"last:>1d":                   nil,
		"-sendable:yes lang:es":      {1},
		"platform:ok consent:none":   {1, 3},
		"lang:es OR lang:en tag:vip": {1, 2},
	}
	for query, want := range tests {
		got, err := shop.ContactIDs(ctx, query, store.SortID)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q = %v, %v, want %v", query, got, err, want)
		}
		counts, err := shop.CountContacts(ctx, query)
		if err != nil || counts.Total != len(want) {
			t.Errorf("count %q = %+v, %v, want %d", query, counts, err, len(want))
		}
	}
	var syntax *audience.SyntaxError
	if _, err := shop.ContactIDs(ctx, "tag:", store.SortID); !errors.As(err, &syntax) || syntax.End != 4 {
		t.Errorf("a broken query = %v, want its place", err)
	}
}

func TestSpineIsInTheOrderPeopleRead(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	for n, name := range []string{"Zoe", "ángela", "Ana", "Éva", "bert"} {
		if _, err := shop.AddContact(t.Context(), store.NewContact{Phone: storetest.Phone(n), Name: name, Source: "counter"}); err != nil {
			t.Fatal(err)
		}
	}
	ids, err := shop.ContactIDs(t.Context(), "", store.SortName)
	if err != nil {
		t.Fatal(err)
	}
	contacts, err := shop.ContactsByID(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range contacts {
		names = append(names, c.Name)
	}
	if got := strings.Join(names, " "); got != "Ana ángela bert Éva Zoe" {
		t.Errorf("order = %s", got)
	}
}

func TestRequirement23UndeliverableCountriesAreTheSameEverywhere(t *testing.T) {
	t.Parallel()
	list, text := store.Undeliverable()
	if want := "('" + strings.Join(list, "', '") + "')"; text != want {
		t.Errorf("SQL says %s, Go %s", text, want)
	}
	if !phone.E164("+12025550123").Undeliverable() || phone.E164("+16045550123").Undeliverable() {
		t.Error("package phone disagrees about the United States or Canada")
	}
}

func TestSameNumberTwiceIsAConflict(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Contact(t, 1)
	_, err := shop.AddContact(t.Context(), store.NewContact{Phone: storetest.Phone(1), Source: "counter"})
	if !errors.Is(err, store.ErrConflict) {
		t.Errorf("AddContact = %v, want ErrConflict", err)
	}
	var invalid *store.InvalidError
	for _, c := range []store.NewContact{
		{Source: "counter"},
		{Phone: storetest.Phone(2)},
		{Phone: storetest.Phone(2), Source: "counter", Name: strings.Repeat("a", 201)},
		{Phone: storetest.Phone(2), Source: "counter", Tags: []string{" "}},
	} {
		if _, err := shop.AddContact(t.Context(), c); !errors.As(err, &invalid) {
			t.Errorf("%+v = %v, want an InvalidError", c, err)
		}
	}
}

func TestTagsAndEdits(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	id := shop.Contact(t, 1)
	if err := shop.TagContacts(ctx, []store.ContactID{id}, []string{"VIP", "big spender"}, nil); err != nil {
		t.Fatal(err)
	}
	if err := shop.TagContacts(ctx, []store.ContactID{id, 99}, []string{"lost"}, nil); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("tagging nobody = %v, want ErrNotFound", err)
	}
	name := "Lucía"
	if err := shop.Edit(ctx, id, store.EditContact{Name: &name, Fields: map[string]string{"city": "Vigo"}}); err != nil {
		t.Fatal(err)
	}
	c, err := shop.Store.Contact(ctx, id)
	if err != nil || fmt.Sprintf("%s %v %v", c.Name, c.Tags, c.Fields) != "Lucía [big-spender vip] map[city:Vigo]" {
		t.Errorf("contact = %+v, %v", c, err)
	}
	if err := shop.TagContacts(ctx, []store.ContactID{id}, nil, []string{"vip"}); err != nil {
		t.Fatal(err)
	}
	if tags, err := shop.Tags(ctx); err != nil || len(tags) != 1 || tags[0].Tag != "big-spender" {
		t.Errorf("tags = %v, %v", tags, err)
	}
}
