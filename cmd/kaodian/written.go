package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	tomlparser "github.com/knadh/koanf/parsers/toml/v2"
	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"

	"kaodian/app/centre/web/staff"
)

// written are the settings of the file and of the environment, which wins. They
// win over what was chosen on the page.
type written struct {
	path string
	keys *koanf.Koanf
	from map[string]staff.SettingOrigin
}

func readWritten(path string) (written, error) {
	w := written{path: path, keys: koanf.New("."), from: map[string]staff.SettingOrigin{}}
	if path != "" {
		if err := w.keys.Load(file.Provider(path), tomlparser.Parser()); err != nil {
			return w, fmt.Errorf("%s%s cannot be read as settings: %w; mend it, or name the settings file with --config FILE", path, placeOf(err), err)
		}
	}
	w.note(w.keys.Keys(), staff.FromFile)
	overrides, err := fromEnvironment(os.Environ())
	if err != nil {
		return w, err
	}
	if err := w.keys.Load(confmap.Provider(overrides, "."), nil); err != nil {
		return w, err
	}
	w.note(slices.Collect(maps.Keys(overrides)), staff.FromEnvironment)
	if key := unknownKey(w.keys); key != "" {
		return w, fmt.Errorf("%s has the key %s, which is no setting; remove or correct it", path, key)
	}
	return w, nil
}

func (w written) note(keys []string, from staff.SettingOrigin) {
	for _, key := range keys {
		w.from[key] = from
	}
}

// with are the settings that hold where that was chosen on the page.
func (w written) with(chosen map[string]string) (settings, error) {
	var s settings
	k := koanf.New(".")
	page := map[string]any{}
	for key, value := range chosen {
		if _, known := defaults[key]; known {
			page[key] = value
		}
	}
	for _, layer := range []koanf.Provider{confmap.Provider(defaults, "."), confmap.Provider(page, "."), confmap.Provider(w.keys.All(), ".")} {
		if err := k.Load(layer, nil); err != nil {
			return s, err
		}
	}
	if err := unmarshal(k, &s); err != nil {
		return s, fmt.Errorf("%s: %s; correct it", settingsOf(w.path), inWords(err))
	}
	return s, nil
}

// unknownKey is a key of the file that is no setting, "" if there is none.
func unknownKey(k *koanf.Koanf) string {
	for _, key := range k.Keys() {
		_, known := defaults[key]
		if !known && !(sections[key] && len(k.StringMap(key)) == 0) { // a section without keys is one of its own
			return key
		}
	}
	return ""
}

// sections are the settings' first words.
var sections = func() map[string]bool {
	found := map[string]bool{}
	for key := range defaults {
		section, _, _ := strings.Cut(key, ".")
		found[section] = true
	}
	return found
}()

const environmentPrefix = "KAODIAN_"

// fromEnvironment maps KAODIAN_EXAM_UPLOAD_GRACE to exam.upload_grace. A name
// of one of the sections that is no key is an error; other variables of the
// prefix belong to somebody else.
func fromEnvironment(environment []string) (map[string]any, error) {
	keys := map[string]string{}
	for key := range defaults {
		keys[environmentName(key)] = key
	}
	found := map[string]any{}
	for _, entry := range environment {
		name, value, _ := strings.Cut(entry, "=")
		if key, known := keys[name]; known {
			found[key] = value
			continue
		}
		rest, ours := strings.CutPrefix(name, environmentPrefix)
		section, _, hasKey := strings.Cut(strings.ToLower(rest), "_")
		if ours && hasKey && sections[section] {
			return nil, fmt.Errorf("the environment has %s, which is no setting; remove or correct it", name)
		}
	}
	return found, nil
}

func environmentName(key string) string {
	return environmentPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}
