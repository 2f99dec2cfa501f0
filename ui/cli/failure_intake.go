package cli

import (
	"errors"
	"io/fs"
	"strings"

	"pregon/store"
	"pregon/store/intake"
)

// explainIntake is about a file of contacts. nil where the error is something else.
func (l *line) explainIntake(err error) []string {
	var format *intake.FormatError
	var header *intake.HeaderError
	var sheet *intake.SheetError
	var mapping *intake.MapError
	var quote *intake.QuoteError
	var limit *intake.LimitError
	var path *fs.PathError
	var bought *store.BoughtError
	switch {
	case errors.As(err, &bought):
		signs := make([]string, len(bought.Signs))
		for n, sign := range bought.Signs {
			signs[n] = l.signWords(sign)
		}
		return []string{
			l.say.T("This looks like a bought list: %s. Nothing was imported.", strings.Join(signs, "; ")),
			l.say.T("Nobody on a bought list asked for your messages, and writing to them gets a number blocked."),
			l.say.T("If they are your customers, say how they came about: %s. The answer is kept on the record.", "--vouch …"),
		}
	case errors.Is(err, intake.ErrEmpty):
		return []string{l.say.T("The file is empty. Nothing was changed.")}
	case errors.As(err, &format):
		return l.formatWords(format)
	case errors.As(err, &sheet) && sheet.Asked == "":
		return []string{
			l.say.T("More than one sheet of the workbook has phone numbers. Nothing was changed."),
			l.say.T("Say which: %s", "--sheet …") + " " + safe(strings.Join(sheet.Sheets, ", ")).String(),
		}
	case errors.As(err, &sheet):
		return []string{l.say.T("The workbook has no sheet %s. Nothing was changed.", safe(sheet.Asked)), l.say.T("There are: %s", safe(strings.Join(sheet.Sheets, ", ")))}
	case errors.As(err, &header):
		return []string{
			l.say.T("It is not clear which column holds the phone numbers: %s. Nothing was changed.", safe(strings.Join(header.Header, ", "))),
			l.say.T("Say so: %s", "--map phone=…") + " " + l.say.T("Or the column of WhatsApp's ids: %s", "--map user_id=…"),
		}
	case errors.As(err, &mapping):
		return []string{
			l.say.T("%s cannot be followed. Nothing was changed.", safe("--map "+mapping.Field+"="+mapping.Header)),
			l.say.T("There are: %s", safe(strings.Join(mapping.Want, ", "))),
		}
	case errors.As(err, &quote):
		return []string{l.say.T("A quote opens in line %s and never closes. Nothing was imported.", itoa(quote.Line)), l.say.T("Mend the line and bring the file again.")}
	case errors.As(err, &limit):
		return []string{l.say.T("Line %s is larger than a file of contacts has. Nothing was imported.", itoa(limit.Line)), l.say.T("Mend the line and bring the file again.")}
	case errors.As(err, &path):
		return []string{l.say.T("The file %s cannot be opened. Nothing was changed.", safe(path.Path))}
	}
	return nil
}

func (l *line) formatWords(e *intake.FormatError) []string {
	switch {
	case e.Asked != "":
		return []string{l.say.T("The file is not what %s says, but %s. Nothing was changed.", "--format", safe(string(e.Found))), l.say.T("Leave %s out, or bring another file.", "--format")}
	case e.Found == intake.FormatXLS:
		return []string{l.say.T("This is a workbook of an Excel before 2007, which is not read. Nothing was changed."), l.say.T("Save it as .xlsx or CSV and bring that.")}
	case e.Found == intake.FormatXLSX:
		return []string{l.say.T("This workbook cannot be read: it is damaged, or not Excel's. Nothing was changed."), l.say.T("Save it as .xlsx or CSV and bring that.")}
	}
	return []string{l.say.T("This kind of file is not read. Nothing was changed."), l.say.T("Save it as CSV and bring that.")}
}
