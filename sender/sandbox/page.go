package sandbox

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// page is a list with Graph's paging: cursors even on the last page, which
// has no next.
type page struct {
	Data   []node  `json:"data"`
	Paging *paging `json:"paging,omitempty"`
}

type paging struct {
	Cursors struct {
		Before string `json:"before"`
		After  string `json:"after"`
	} `json:"cursors"`
	Next     string `json:"next,omitempty"`
	Previous string `json:"previous,omitempty"`
}

const (
	pageSize    = 25
	maxPageSize = 1000
)

// paged cuts one page out of all.
func paged(r *http.Request, all []node) (*page, *failure) {
	query := r.URL.Query()
	limit := pageSize
	if raw := query.Get("limit"); raw != "" {
		n, err := strconv.Atoi(raw)
		if err != nil || n < 1 {
			return nil, invalid("Param limit must be a positive number")
		}
		limit = min(n, maxPageSize)
	}
	first, fail := firstOf(query, limit)
	if fail != nil {
		return nil, fail
	}
	if first > len(all) {
		first = len(all)
	}
	last := min(first+limit, len(all))
	out := &page{Data: append([]node{}, all[first:last]...)}
	if first == last {
		return out, nil
	}
	out.Paging = &paging{}
	out.Paging.Cursors.Before = cursor(first)
	out.Paging.Cursors.After = cursor(last)
	if last < len(all) {
		out.Paging.Next = turn(r, "after", out.Paging.Cursors.After)
	}
	if first > 0 {
		out.Paging.Previous = turn(r, "before", out.Paging.Cursors.Before)
	}
	return out, nil
}

func firstOf(query url.Values, limit int) (int, *failure) {
	if after := query.Get("after"); after != "" {
		return readCursor(after)
	}
	if before := query.Get("before"); before != "" {
		last, fail := readCursor(before)
		return max(last-limit, 0), fail
	}
	return 0, nil
}

// cursor names the place between two elements. It is opaque on purpose.
func cursor(n int) string {
	return base64.StdEncoding.EncodeToString([]byte("sandbox:" + strconv.Itoa(n)))
}

func readCursor(s string) (int, *failure) {
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return 0, invalid("Invalid cursors values")
	}
	n, err := strconv.Atoi(strings.TrimPrefix(string(raw), "sandbox:"))
	if err != nil || n < 0 {
		return 0, invalid("Invalid cursors values")
	}
	return n, nil
}

// turn is the address of the page before or after this one.
func turn(r *http.Request, which, place string) string {
	query := r.URL.Query()
	query.Del("after")
	query.Del("before")
	query.Del("access_token")
	query.Set(which, place)
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	next := url.URL{Scheme: scheme, Host: r.Host, Path: r.URL.Path, RawQuery: query.Encode()}
	return next.String()
}
