package intake

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"

	"github.com/xuri/excelize/v2"
)

// wholeness reads the parts of a workbook that hold cells to their ends, once. The library takes a sheet that breaks off,
// or that is no XML from some place on, for one that ends there: a shorter list, and nobody would know.
func wholeness(book *excelize.File, open func() (*zip.Reader, func() error, error)) func() error {
	return sync.OnceValue(func() (err error) {
		parts, done, err := open()
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, done()) }()
		for _, part := range parts.File {
			if !strings.Contains(part.Name, "worksheets/") && !strings.EqualFold(path.Base(part.Name), "sharedStrings.xml") {
				continue
			}
			if strings.HasSuffix(part.Name, ".xml") && !wellFormed(part, book) {
				return &FormatError{Found: FormatXLSX}
			}
		}
		return nil
	})
}

func wellFormed(part *zip.File, book *excelize.File) bool {
	text, err := part.Open()
	if err != nil {
		return false
	}
	defer func() { _ = text.Close() }() // only read
	decoder := xml.NewDecoder(text)
	decoder.CharsetReader = book.CharsetReader
	for {
		if _, err := decoder.Token(); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}

// zipOnDisk opens a workbook by its name, zipInMemory one that is held.
func zipOnDisk(name string) func() (*zip.Reader, func() error, error) {
	return func() (*zip.Reader, func() error, error) {
		parts, err := zip.OpenReader(name)
		if err != nil {
			return nil, nil, fmt.Errorf("open the workbook again: %w", err)
		}
		return &parts.Reader, parts.Close, nil
	}
}

func zipInMemory(data []byte) func() (*zip.Reader, func() error, error) {
	return func() (*zip.Reader, func() error, error) {
		parts, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return nil, nil, fmt.Errorf("open the workbook again: %w", err)
		}
		return parts, func() error { return nil }, nil
	}
}
