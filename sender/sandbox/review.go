package sandbox

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// reviewTime is how long a template that was handed in is PENDING. Then it is APPROVED, or REJECTED where its name says
// "reject": a practice account has nobody who reads it.
const reviewTime = 10 * time.Second

const mostNames = 512

var (
	lawfulName  = regexp.MustCompile(`^[a-z0-9_]{1,512}$`)
	edgePlace   = regexp.MustCompile(`^\s*\{\{[^{}]*\}\}|\{\{[^{}]*\}\}\s*$`)
	takenAsKind = map[string]bool{"MARKETING": true, "UTILITY": true, "AUTHENTICATION": true}
)

// submitTemplate answers POST message_templates.
func (s *Server) submitTemplate(r *http.Request, id string) (any, *failure) {
	if !s.isAccount(id) {
		return nil, noSuchObject("post", id)
	}
	var tpl Template
	if err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxRequest)).Decode(&tpl); err != nil {
		return nil, invalid("Invalid parameter")
	}
	tpl.Category = strings.ToUpper(tpl.Category)
	if f := refuseTemplate(tpl); f != nil {
		return nil, f
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.library.Load()
	if old.byKey[templateKey{tpl.Name, tpl.Language}] != nil {
		return nil, wrongTemplate(2388024, "Content in this language already exists")
	}
	tpl.ID, tpl.Status, tpl.Quality = strconv.Itoa(firstTemplateID+len(old.order)), "PENDING", nil
	list := make([]Template, 0, len(old.order)+1)
	for _, f := range old.order {
		list = append(list, f.Template)
	}
	lib, err := newLibrary(append(list, tpl))
	if err != nil {
		return nil, invalid("Invalid parameter")
	}
	s.library.Store(lib)
	due := s.opt.Now().Add(reviewTime)
	s.state.reviews = append(s.state.reviews, review{templateKey{tpl.Name, tpl.Language}, due})
	s.push(&update{due: due, review: true})
	return map[string]string{"id": tpl.ID, "status": tpl.Status, "category": tpl.Category}, nil
}

// review is when a template that was handed in will be decided about.
type review struct {
	of  templateKey
	due time.Time
}

// endReviews needs s.mu. It ends the reviews whose time has come, or all.
func (s *Server) endReviews(now time.Time, all bool) {
	var left []review
	for _, r := range s.state.reviews {
		if !all && r.due.After(now) {
			left = append(left, r)
			continue
		}
		status := "APPROVED"
		if strings.Contains(r.of.name, "reject") {
			status = "REJECTED"
		}
		s.setTemplateStatus(r.of, status)
	}
	s.state.reviews = left
}

func wrongTemplate(subcode int, text string) *failure {
	return &failure{code: 100, subcode: subcode, message: "Invalid parameter", details: text}
}

// refuseTemplate checks what Meta says of a template with a code of its own.
func refuseTemplate(tpl Template) *failure {
	switch {
	case !lawfulName.MatchString(tpl.Name) || len(tpl.Name) > mostNames:
		return invalid("Param name must match [a-z0-9_]")
	case tpl.Language == "":
		return invalid("The parameter language is required.")
	case !takenAsKind[tpl.Category]:
		return invalid("Param category must be one of {UTILITY, MARKETING, AUTHENTICATION}")
	}
	said := false
	for _, c := range tpl.Components {
		long := utf8.RuneCountInString(c.Text)
		switch strings.ToUpper(c.Type) {
		case "BODY":
			said = strings.TrimSpace(c.Text) != ""
			switch {
			case long > maxBody:
				return wrongTemplate(2388040, "The body is over its character limit")
			case edgePlace.MatchString(c.Text):
				return wrongTemplate(2388299, "Variables can't be at the start or end of the template")
			case placeholder.MatchString(c.Text) && len(c.Example) == 0:
				return wrongTemplate(2388072, "The body needs an example")
			}
		case "HEADER":
			if long > maxHeader {
				return wrongTemplate(2388040, "The header is over its character limit")
			}
		case "FOOTER":
			if long > maxHeader || placeholder.MatchString(c.Text) {
				return wrongTemplate(2388073, "The footer is too long or has a variable")
			}
		}
	}
	if !said {
		return wrongTemplate(2388072, "The body is missing")
	}
	return nil
}
