package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/pager"
)

// Not every server has every kind.
var kinds = map[string][]string{
	"v1":                           {"configmaps", "namespaces", "namespaces/status", "nodes", "nodes/status", "pods", "pods/status", "secrets", "serviceaccounts", "services", "events"},
	"apps/v1":                      {"deployments", "deployments/scale", "deployments/status", "statefulsets", "replicasets", "daemonsets"},
	"batch/v1":                     {"cronjobs", "jobs", "jobs/status"},
	"coordination.k8s.io/v1":       {"leases"},
	"rbac.authorization.k8s.io/v1": {"roles", "rolebindings", "clusterroles", "clusterrolebindings"},
	"apiextensions.k8s.io/v1":      {"customresourcedefinitions", "customresourcedefinitions/status"},
	"events.k8s.io/v1":             {"events"},
}

// discoverKinds finds kinds by discovery and a RESTMapper, and writes one that it has no type for.
func discoverKinds(ctx context.Context, w *world) error {
	client := discovery.NewDiscoveryClientForConfigOrDie(w.config)
	_, lists, err := client.ServerGroupsAndResources()
	if err != nil {
		return err
	}
	slices.SortFunc(lists, func(a, b *metav1.APIResourceList) int { return strings.Compare(a.GroupVersion, b.GroupVersion) })
	for _, list := range lists {
		for _, one := range list.APIResources {
			if slices.Contains(kinds[list.GroupVersion], one.Name) {
				w.say(list.GroupVersion+" "+one.Name, fmt.Sprint(one.SingularName, " ", one.Kind, " ", one.Namespaced, " ", one.Verbs, one.ShortNames, one.Categories))
			}
		}
	}
	cached := memory.NewMemCacheClient(client)
	mapper := restmapper.NewShortcutExpander(restmapper.NewDeferredDiscoveryRESTMapper(cached), cached, nil)
	for _, word := range []string{"deploy", "deployments", "deployment", "cm", "no", "crd", "hpa", "leases", "nothing"} {
		kind, err := mapper.KindFor(schema.GroupVersionResource{Resource: word})
		w.say("kind for "+word, map[string]any{"kind": kind.String(), "error": fmt.Sprint(err)})
	}
	mapping, err := mapper.RESTMapping(schema.GroupKind{Group: "apps", Kind: "Deployment"})
	if err != nil {
		return err
	}
	w.say("mapping", fmt.Sprint(mapping.Resource, mapping.Scope.Name()))
	return w.writeUnstructured(ctx, mapping.Resource)
}

func (w *world) writeUnstructured(ctx context.Context, resource schema.GroupVersionResource) error {
	client := w.dynamic(w.config).Resource(resource).Namespace(w.namespace)
	object := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": resource.GroupVersion().String(), "kind": "Deployment",
		"metadata": map[string]any{"name": "web", "labels": map[string]any{"app": "web"}},
		"spec": map[string]any{
			"replicas": int64(2),
			"selector": map[string]any{"matchLabels": map[string]any{"app": "web"}},
			"template": map[string]any{
				"metadata": map[string]any{"labels": map[string]any{"app": "web"}},
				"spec":     map[string]any{"containers": []any{map[string]any{"name": "web", "image": "registry.example/web:1"}}},
			},
		},
	}}
	made, err := client.Create(ctx, object, metav1.CreateOptions{FieldManager: "dynamic"})
	if err != nil {
		return err
	}
	w.say("made", map[string]any{"spec": made.Object["spec"], "managers": managers(made)})
	list, err := client.List(ctx, metav1.ListOptions{LabelSelector: "app in (web,mail)"})
	if err != nil {
		return err
	}
	w.say("listed", map[string]any{"kind": list.GetKind(), "items": len(list.Items)})
	if err := unstructured.SetNestedField(made.Object, int64(3), "spec", "replicas"); err != nil {
		return err
	}
	if made, err = client.Update(ctx, made, metav1.UpdateOptions{FieldManager: "dynamic"}); err != nil {
		return err
	}
	w.say("updated", map[string]any{"generation": made.GetGeneration(), "managers": managers(made)})
	partial, err := w.metadata(w.config).Resource(resource).Namespace(w.namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	w.say("its metadata", map[string]any{"labels": partial.Items[0].Labels, "generation": partial.Items[0].Generation})
	_, err = client.Create(ctx, &unstructured.Unstructured{Object: map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": map[string]any{"name": "bad"}}}, metav1.CreateOptions{})
	w.sayError("without a spec", err)
	_, err = w.dynamic(w.config).Resource(schema.GroupVersionResource{Group: "nothing.example", Version: "v1", Resource: "things"}).List(ctx, metav1.ListOptions{})
	w.sayError("of no kind", err)
	return nil
}

// readPages reads a list page by page, as kubectl and informers do.
func readPages(ctx context.Context, w *world) error {
	maps := w.kube.CoreV1().ConfigMaps(w.namespace)
	for index := range 25 {
		if _, err := maps.Create(ctx, configMap(fmt.Sprintf("page-%02d", index), nil), metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	var sizes []int
	var left []*int64
	var names []string
	pages := pager.New(func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
		list, err := maps.List(ctx, options)
		if err == nil {
			sizes, left = append(sizes, len(list.Items)), append(left, list.RemainingItemCount)
		}
		return list, err
	})
	pages.PageSize = 10
	err := pages.EachListItem(ctx, metav1.ListOptions{}, func(object runtime.Object) error {
		text, _ := describe(object)
		names = append(names, text)
		return nil
	})
	if err != nil {
		return err
	}
	w.say("pages", map[string]any{"sizes": sizes, "left": left, "names": names})

	first, err := maps.List(ctx, metav1.ListOptions{Limit: 5})
	if err != nil {
		return err
	}
	w.say("a first page", map[string]any{"items": len(first.Items), "left": first.RemainingItemCount, "goes on": first.Continue != ""})
	_, err = maps.List(ctx, metav1.ListOptions{Limit: 5, Continue: "nonsense"})
	w.sayError("a continue of nonsense", err)
	_, err = maps.List(ctx, metav1.ListOptions{Continue: first.Continue, ResourceVersion: first.ResourceVersion})
	w.sayError("a continue with a version", err)
	for _, match := range []metav1.ResourceVersionMatch{metav1.ResourceVersionMatchExact, metav1.ResourceVersionMatchNotOlderThan} {
		list, err := maps.List(ctx, metav1.ListOptions{ResourceVersion: first.ResourceVersion, ResourceVersionMatch: match})
		if err != nil {
			return err
		}
		w.say("a list "+string(match), len(list.Items))
	}
	return nil
}
