package handout

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"pregon/store"
	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/widget/qr"
)

// Poster invites customers to join by their own message. It shows the whole wording they agree to, since only words
// that were shown count as a proof.
type Poster struct {
	Shop  store.Shop
	Code  string // store.Prompt's: says in the customer's message which wording she read
	Parts []Part // one for each language, the first gives the word of the code
}

// Part is the poster in one language.
type Part struct {
	Say    *say.Printer
	Notice store.Notice // the wording that asks
	Saved  string       // the line that asks to save the number, "" for none
}

// The page is A4, measured in tenths of a millimetre; letters are measured by
// their height, a cell being at most 0.6 of it in the usual sans-serif fonts.
const (
	pageWidth  = 2100
	pageHeight = 2970
	margin     = 150
	cellShare  = 0.6
)

// scales are how large everything may be drawn, the largest that fits the page first.
func scales() []float64 { return []float64{1.4, 1.2, 1, 0.85, 0.7} }

// sheet writes lines of text from top to bottom.
type sheet struct {
	strings.Builder
	scale float64
	y     int
}

// SVG writes the poster as one page that every browser prints. It fails with a *TooLongError when the texts do not fit
// the page.
func (p Poster) SVG(w io.Writer) error {
	code, err := qr.New(p.Shop.JoinLink(p.Text()))
	if err != nil {
		return err
	}
	drawn, fits := p.draw(code)
	if !fits {
		return &TooLongError{Languages: len(p.Parts)}
	}
	_, err = fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 %d %d" font-family="Helvetica, Arial, sans-serif" text-anchor="middle">
<rect width="100%%" height="100%%" fill="#fff"/>
%s</svg>
`, pageWidth, pageHeight, drawn)
	if err != nil {
		return fmt.Errorf("write the poster: %w", err)
	}
	return nil
}

// draw sets the whole page as large as it fits.
func (p Poster) draw(code qr.Code) (svg string, fits bool) {
	for _, scale := range scales() {
		s := &sheet{scale: scale, y: margin}
		s.write(theme.Safe(p.Shop.Name).String(), 110, "bold")
		s.code(code)
		s.write(theme.Safe(p.Text()).String()+" → "+p.Shop.Number.International(), 50, "normal")
		for _, part := range p.Parts {
			s.part(p.Shop, part)
		}
		if s.y <= pageHeight-margin/2 {
			return s.String(), true
		}
	}
	return "", false
}

// TooLongError means that the wordings of so many languages do not fit one page.
type TooLongError struct{ Languages int }

func (e *TooLongError) Error() string {
	return fmt.Sprintf("the words of %d languages do not fit one page", e.Languages)
}

// Text is what a customer sends who scans the code.
func (p Poster) Text() string {
	if len(p.Parts) == 0 {
		return store.JoinText(p.Code, "")
	}
	return store.JoinText(p.Code, p.Parts[0].Notice.Language)
}

func (s *sheet) part(shop store.Shop, part Part) {
	name := theme.Safe(shop.Name)
	s.y += int(40 * s.scale)
	s.write(part.Say.T("Offers and news of %s on WhatsApp", name), 68, "bold")
	s.write(part.Say.T("Scan the code with your phone's camera and send the message that stands there."), 44, "normal")
	if part.Saved != "" {
		s.write(theme.Safe(part.Saved).String(), 44, "normal")
	}
	s.write(theme.Safe(part.Notice.Text).String(), 30, "normal")
	s.write(noticeName(part.Notice), 24, "normal")
}

// write sets a paragraph, centred; letter is the height of its letters before scaling.
func (s *sheet) write(text string, letter float64, weight string) {
	height := int(letter * s.scale)
	cells := int((pageWidth - 2*margin) / (cellShare * float64(height)))
	for _, line := range theme.Wrap(text, cells) {
		s.y += height * 5 / 4
		fmt.Fprintf(s, `<text x="%d" y="%d" font-size="%d" font-weight="%s">`, pageWidth/2, s.y, height, weight)
		_ = xml.EscapeText(s, []byte(line)) // a strings.Builder takes everything
		_, _ = s.WriteString("</text>\n")
	}
	s.y += height / 2
}

// code draws the QR code in one path.
func (s *sheet) code(code qr.Code) {
	const width = 850
	side := code.Size() + 2*qr.Quiet
	drawn := int(width * s.scale)
	fmt.Fprintf(s, `<path transform="translate(%d %d) scale(%.4f)" shape-rendering="crispEdges" d="`,
		(pageWidth-drawn)/2, s.y, float64(drawn)/float64(side))
	for y := range side {
		for x := range side {
			if code.Dark(x-qr.Quiet, y-qr.Quiet) {
				fmt.Fprintf(s, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	_, _ = s.WriteString("\"/>\n")
	s.y += drawn
}
