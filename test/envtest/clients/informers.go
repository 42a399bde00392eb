package main

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/tools/cache"
	toolswatch "k8s.io/client-go/tools/watch"
)

var configMaps = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}

// diary notes what the handler of an informer was told.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) note(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, fmt.Sprintf(format, args...))
}

func (d *diary) take() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	lines := d.lines
	d.lines = nil
	return lines
}

func describe(object any) (text, version string) {
	if last, ok := object.(cache.DeletedFinalStateUnknown); ok {
		text, version = describe(last.Obj)
		return text + " (last known)", version
	}
	accessor, err := meta.Accessor(object)
	if err != nil {
		return err.Error(), ""
	}
	return accessor.GetName() + "=" + accessor.GetLabels()["state"], accessor.GetResourceVersion()
}

func (d *diary) handler() cache.ResourceEventHandlerDetailedFuncs {
	return cache.ResourceEventHandlerDetailedFuncs{
		AddFunc: func(object any, isInInitialList bool) {
			text, _ := describe(object)
			d.note("add %s initial=%v", text, isInInitialList)
		},
		UpdateFunc: func(before, after any) {
			old, oldVersion := describe(before)
			text, version := describe(after)
			d.note("update %s to %s same version=%v", old, text, oldVersion == version)
		},
		DeleteFunc: func(object any) {
			text, _ := describe(object)
			d.note("delete %s", text)
		},
	}
}

func watchTyped(ctx context.Context, w *world) error {
	client := kubernetes.NewForConfigOrDie(inProtobuf(w.watching))
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithNamespace(w.namespace))
	return w.follow(ctx, factory.Core().V1().ConfigMaps().Informer())
}

func watchDynamic(ctx context.Context, w *world) error {
	factory := dynamicinformer.NewFilteredDynamicSharedInformerFactory(w.dynamic(w.watching), 0, w.namespace, nil)
	return w.follow(ctx, factory.ForResource(configMaps).Informer())
}

func watchMetadata(ctx context.Context, w *world) error {
	factory := metadatainformer.NewFilteredSharedInformerFactory(w.metadata(w.watching), 0, w.namespace, nil)
	return w.follow(ctx, factory.ForResource(configMaps).Informer())
}

// follow lets an informer see objects come, change and go, through a cut of its line and a version that is too old.
func (w *world) follow(ctx context.Context, informer cache.SharedIndexInformer) error {
	if err := w.change(ctx, "+a", "+b"); err != nil {
		return err
	}
	var seen diary
	if _, err := informer.AddEventHandler(seen.handler()); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { informer.Run(ctx.Done()) })
	defer running.Wait()
	defer cancel()

	steps := []struct {
		name    string
		before  func()
		changes []string
		// What comes of a list is in no order.
		isListed bool
	}{
		{"start", func() {}, nil, true},
		{"changes", func() {}, []string{"+c", "~a", "-b"}, false},
		{"after a cut", w.line.cut, []string{"~c", "+d", "-a"}, false},
		{"after a version that is too old", w.line.expire, []string{"+e", "~d", "-c"}, true},
	}
	for _, step := range steps {
		step.before()
		if err := w.change(ctx, step.changes...); err != nil {
			return err
		}
		if err := w.catchUp(ctx, informer); err != nil {
			return fmt.Errorf("%s: the informer has not caught up: %w", step.name, err)
		}
		events := seen.take()
		if step.isListed {
			sort.Strings(events)
		}
		w.say(step.name, map[string]any{"events": events, "asked": w.line.questions()})
	}
	return nil
}

// change makes (+), changes (~) and deletes (-) ConfigMaps.
func (w *world) change(ctx context.Context, changes ...string) error {
	maps := w.kube.CoreV1().ConfigMaps(w.namespace)
	for _, change := range changes {
		var err error
		switch name := change[1:]; change[0] {
		case '+':
			object := configMap(name, nil)
			object.Labels = map[string]string{"state": "new"}
			_, err = maps.Create(ctx, object, metav1.CreateOptions{})
		case '~':
			patch := []byte(`{"metadata":{"labels":{"state":"changed"}}}`)
			_, err = maps.Patch(ctx, name, types.StrategicMergePatchType, patch, metav1.PatchOptions{})
		case '-':
			err = maps.Delete(ctx, name, metav1.DeleteOptions{})
		}
		if err != nil {
			return fmt.Errorf("%s: %w", change, err)
		}
	}
	return nil
}

// catchUp waits until the informer holds what the server holds.
func (w *world) catchUp(ctx context.Context, informer cache.SharedIndexInformer) error {
	err := until(ctx, func(ctx context.Context) (bool, error) {
		list, err := w.kube.CoreV1().ConfigMaps(w.namespace).List(ctx, metav1.ListOptions{})
		if err != nil || !informer.HasSynced() {
			return false, err
		}
		var want, have []string
		for _, item := range list.Items {
			text, version := describe(&item)
			want = append(want, text+version)
		}
		for _, item := range informer.GetStore().List() {
			text, version := describe(item)
			have = append(have, text+version)
		}
		sort.Strings(want)
		sort.Strings(have)
		return slices.Equal(want, have), nil
	})
	// The handler is told a moment after the store has it.
	time.Sleep(100 * time.Millisecond)
	return err
}

// watchByHand watches without an informer: from a version, through a cut, until a condition holds, and by selectors.
func watchByHand(ctx context.Context, w *world) error {
	list, err := w.kube.CoreV1().ConfigMaps(w.namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	client := kubernetes.NewForConfigOrDie(inProtobuf(w.watching)).CoreV1().ConfigMaps(w.namespace)
	lister := &cache.ListWatch{WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
		options.LabelSelector = "state"
		return client.Watch(ctx, options)
	}}
	watcher, err := toolswatch.NewRetryWatcherWithContext(ctx, list.ResourceVersion, lister)
	if err != nil {
		return err
	}
	defer watcher.Stop()
	if err := w.change(ctx, "+a", "+b", "~a"); err != nil {
		return err
	}
	w.sayEvents("a watch by label", watcher, 3)
	w.line.cut()
	if err := w.change(ctx, "-b", "~a", "-a"); err != nil {
		return err
	}
	w.sayEvents("the same after a cut", watcher, 2)

	byName := metav1.ListOptions{FieldSelector: "metadata.name=nothing", ResourceVersion: list.ResourceVersion}
	seconds := int64(1)
	byName.TimeoutSeconds = &seconds
	silent, err := client.Watch(ctx, byName)
	if err != nil {
		return err
	}
	w.sayEvents("a watch by field that ends after a second", silent, 1)

	_, err = client.Watch(ctx, metav1.ListOptions{ResourceVersion: "nonsense"})
	w.sayError("a watch from nonsense", err)
	return nil
}

func (w *world) sayEvents(what string, watcher watch.Interface, count int) {
	var lines []string
	for event := range watcher.ResultChan() {
		text := string(event.Type)
		if object, ok := event.Object.(*corev1.ConfigMap); ok {
			described, _ := describe(object)
			text += " " + described
		}
		if lines = append(lines, text); len(lines) == count {
			break
		}
	}
	w.say(what, lines)
}
