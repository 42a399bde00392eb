// Command clients uses an API server as other people's programs do, through client-go, and prints what it saw as JSON
// lines: no times, no identities, so that two servers that behave alike give the same text.   usage: clients KUBECONFIG [SCENARIO...]
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"
)

// A scenario has a namespace of its own; all run at once.
type scenario struct {
	name string
	run  func(context.Context, *world) error
}

var scenarios = []scenario{
	{"discovery", discoverKinds},
	{"informer-typed", watchTyped},
	{"informer-dynamic", watchDynamic},
	{"informer-metadata", watchMetadata},
	{"watch-by-hand", watchByHand},
	{"leader-election", electLeaders},
	{"apply", applyConfigurations},
	{"retry-on-conflict", retryOnConflict},
	{"patch", patchTyped},
	{"pager", readPages},
	{"scale", scaleWorkloads},
	{"events", recordEvents},
	{"delete", deleteObjects},
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: clients KUBECONFIG [SCENARIO...]")
		os.Exit(2)
	}
	wanted := slices.DeleteFunc(slices.Clone(scenarios), func(one scenario) bool {
		return len(os.Args) > 2 && !slices.Contains(os.Args[2:], one.name)
	})
	results := make([]result, len(wanted))
	var together sync.WaitGroup
	for index, one := range wanted {
		together.Go(func() { results[index] = runScenario(os.Args[1], one) })
	}
	together.Wait()
	code := 0
	for index, result := range results {
		os.Stdout.Write(result.said)
		if result.err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", wanted[index].name, result.err)
			code = 1
		}
	}
	os.Exit(code)
}

type result struct {
	said []byte
	err  error
}

func runScenario(kubeconfig string, one scenario) result {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	w, err := openWorld(ctx, kubeconfig, one.name)
	if err != nil {
		return result{err: err}
	}
	err = one.run(ctx, w)
	return result{said: w.said.Bytes(), err: errors.Join(err, w.close())}
}
