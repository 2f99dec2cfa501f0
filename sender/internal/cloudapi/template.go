package cloudapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"pregon/store"
)

// errPages says that a list did not end.
var errPages = errors.New("the list of templates does not end")

// maxPages of a hundred are more than the 6,000 templates an account may have.
const maxPages = 100

// statusUnreadable marks a template whose parts cannot be read; it is shown and
// never sent.
const statusUnreadable = "UNREADABLE"

type wireTemplate struct {
	ID         text            `json:"id"`
	Name       text            `json:"name"`
	Language   text            `json:"language"`
	Status     text            `json:"status"`
	Category   text            `json:"category"`
	Components json.RawMessage `json:"components"`
	Quality    object[struct {
		Score text `json:"score"`
	}] `json:"quality_score"`
}

// Templates reads all templates of the account. The errors are *CallError.
func (c *Client) Templates(ctx context.Context) ([]store.Template, error) {
	query := url.Values{"limit": {"100"}, "fields": {"id,name,language,status,category,components,quality_score"}}
	var all []store.Template
	for range maxPages {
		body, err := c.get(ctx, c.account+"/message_templates", query)
		if err != nil {
			return nil, fmt.Errorf("read the templates: %w", err)
		}
		var page struct {
			Data   list[wireTemplate] `json:"data"`
			Paging object[struct {
				Next    text `json:"next"`
				Cursors object[struct {
					After text `json:"after"`
				}] `json:"cursors"`
			}] `json:"paging"`
		}
		if err := json.Unmarshal(body, &page); err != nil {
			return nil, fmt.Errorf("decode the templates: %w", err)
		}
		for _, t := range page.Data {
			all = append(all, t.template())
		}
		// The last page has cursors too, but no next. Its address is not
		// followed: the token goes nowhere but where the owner said.
		after := string(page.Paging.value.Cursors.value.After)
		if page.Paging.value.Next == "" || after == "" || after == query.Get("after") {
			return all, nil
		}
		query.Set("after", after)
	}
	return nil, errPages
}

func (w wireTemplate) template() store.Template {
	t := store.Template{
		MetaID: string(w.ID), Name: string(w.Name), Language: string(w.Language), Status: string(w.Status),
		Category: string(w.Category), Quality: string(w.Quality.value.Score), Components: string(w.Components),
	}
	if t.Quality == "" {
		t.Quality = "UNKNOWN"
	}
	if _, err := t.Message(); err != nil || len(w.Components) == 0 || bytes.Equal(w.Components, []byte("null")) {
		t.Components, t.Status = "[]", statusUnreadable
	}
	return t
}
