// Command benchfaces measures the face comparison on a folder of people, so
// that thresholds are chosen from distances and not from hope: distances of the
// same and of different people, error rates with their confidence intervals,
// and the share of pairs about which nothing can be said.
//
//	go run ./packaging/benchfaces [-json] [-fmr 0.001] FOLDER
//
// FOLDER has a folder for each person, or files named person-1.jpg. The worker
// is bin/kaodian's own; nothing of a photo is kept.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"

	"kaodian/app/exam"
	"kaodian/media/vision"
)

func main() {
	asJSON := flag.Bool("json", false, "print JSON")
	rate := flag.Float64("fmr", 0.001, "the false-match rate that is asked for")
	models := flag.String("models", "models", "folder of the networks")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: make bench-faces FACES=FOLDER")
		os.Exit(2)
	}
	if err := run(ctx, os.Stdout, flag.Arg(0), *models, *rate, *asJSON); err != nil {
		fmt.Fprintln(os.Stderr, "bench-faces:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, folder, models string, rate float64, asJSON bool) error {
	photos, err := findPhotos(folder)
	if err != nil {
		return err
	}
	program, err := filepath.Abs("bin/kaodian")
	if err != nil {
		return err
	}
	client := vision.NewClient(vision.Options{Program: program, Worker: vision.WorkerOptions{Models: []string{models}}})
	defer client.Close()
	pairs, about, err := compareAll(ctx, client, photos)
	if err != nil {
		return err
	}
	r := summarise(photos, pairs, rate, about)
	r.Engine = about.Engine()
	if asJSON {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(r)
	}
	return r.print(out)
}

// pair is two photos held against each other; Similarity is nil where nothing
// can be said.
type pair struct {
	same       bool
	people     string // whose photos they are
	similarity *float64
}

func compareAll(ctx context.Context, client *vision.Client, photos []photo) (pairs []pair, about vision.About, err error) {
	for i, one := range photos {
		rest := photos[i+1:]
		if len(rest) == 0 {
			break
		}
		frames := make([][]byte, len(rest))
		for n, other := range rest {
			frames[n] = other.data
		}
		seen, err := client.Compare(ctx, one.data, frames)
		if err != nil {
			return nil, about, fmt.Errorf("%s: %w", one.name, err)
		}
		if seen.About.Network == "" {
			return nil, about, fmt.Errorf("no embedding network is installed; run: make models")
		}
		about = seen.About
		for n, other := range rest {
			p := pair{same: one.person == other.person, people: min(one.person, other.person) + " and " + max(one.person, other.person)}
			if seen.PhotoFaces == 1 && len(seen.Frames[n]) == 1 && fit(*seen.PhotoFace) && fit(seen.Frames[n][0]) {
				p.similarity = seen.Similarities[n]
			}
			pairs = append(pairs, p)
		}
	}
	return pairs, about, nil
}

// fit says that the exam would conclude something from this face (R20): what
// it would not is no measure of the network either.
func fit(f vision.Face) bool {
	return !exam.BestFace{EyeDistance: f.EyeDistance, Sharpness: f.Sharpness, Frontal: f.Frontal, Light: f.Light}.Unfit()
}
