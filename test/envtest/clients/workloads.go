package main

import (
	"context"
	"fmt"
	"slices"
	"sync"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes/scheme"
	typedcore "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/scale"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/tools/record"
)

func workload(name string, replicas int32) *appsv1.Deployment {
	labels := map[string]string{"app": name}
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas,
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: pod(name, labels).Spec},
		},
	}
}

// scaleWorkloads scales by the polymorphic client and by the typed one.
func scaleWorkloads(ctx context.Context, w *world) error {
	deployments := w.kube.AppsV1().Deployments(w.namespace)
	if _, err := deployments.Create(ctx, workload("web", 2), metav1.CreateOptions{}); err != nil {
		return err
	}
	found := discovery.NewDiscoveryClientForConfigOrDie(w.config)
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(found))
	client, err := scale.NewForConfig(w.config, mapper, dynamic.LegacyAPIPathResolverFunc, scale.NewDiscoveryScaleKindResolver(found))
	if err != nil {
		return err
	}
	resource := schema.GroupResource{Group: "apps", Resource: "deployments"}
	scales := client.Scales(w.namespace)
	current, err := scales.Get(ctx, resource, "web", metav1.GetOptions{})
	if err != nil {
		return err
	}
	w.say("read", map[string]any{"spec": current.Spec, "status": current.Status})
	current.Spec.Replicas = 5
	if current, err = scales.Update(ctx, resource, current, metav1.UpdateOptions{}); err != nil {
		return err
	}
	w.say("updated", current.Spec)
	current.ResourceVersion = "1"
	_, err = scales.Update(ctx, resource, current, metav1.UpdateOptions{})
	w.sayError("a stale scale", err)
	current, err = scales.Patch(ctx, resource.WithVersion("v1"), "web", types.MergePatchType, []byte(`{"spec":{"replicas":7}}`), metav1.PatchOptions{})
	if err != nil {
		return err
	}
	w.say("patched", current.Spec)
	typed, err := deployments.GetScale(ctx, "web", metav1.GetOptions{})
	if err != nil {
		return err
	}
	typed.Spec.Replicas = 1
	if typed, err = deployments.UpdateScale(ctx, "web", typed, metav1.UpdateOptions{FieldManager: "scaler"}); err != nil {
		return err
	}
	w.say("typed", typed.Spec)
	web, err := deployments.Get(ctx, "web", metav1.GetOptions{})
	if err != nil {
		return err
	}
	w.say("the Deployment", map[string]any{"replicas": web.Spec.Replicas, "generation": web.Generation, "managers": managers(web)})
	_, err = scales.Get(ctx, schema.GroupResource{Resource: "configmaps"}, "web", metav1.GetOptions{})
	w.sayError("of what has no scale", err)
	return nil
}

// recordEvents records events in both APIs, as controllers do.
func recordEvents(ctx context.Context, w *world) error {
	object, err := w.kube.CoreV1().ConfigMaps(w.namespace).Create(ctx, configMap("told", nil), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	older := record.NewBroadcaster(record.WithContext(ctx))
	older.StartRecordingToSink(&typedcore.EventSinkImpl{Interface: w.kube.CoreV1().Events("")})
	recorder := older.NewRecorder(scheme.Scheme, corev1.EventSource{Component: "older"})
	newer := events.NewBroadcaster(&events.EventSinkImpl{Interface: w.kube.EventsV1()})
	if err := newer.StartRecordingToSinkWithContext(ctx); err != nil {
		return err
	}
	reporter := newer.NewRecorder(scheme.Scheme, "newer")
	for range 3 {
		recorder.Event(object, corev1.EventTypeWarning, "Tested", "the same again")
		reporter.Eventf(object, nil, corev1.EventTypeNormal, "Tested", "Testing", "the %s again", "same")
	}
	err = until(ctx, func(ctx context.Context) (bool, error) {
		list, err := w.kube.CoreV1().Events(w.namespace).List(ctx, metav1.ListOptions{FieldSelector: "involvedObject.name=told"})
		if err != nil {
			return false, err
		}
		return len(list.Items) == 2 && slices.ContainsFunc(list.Items, func(e corev1.Event) bool { return e.Count == 3 }) &&
			slices.ContainsFunc(list.Items, func(e corev1.Event) bool { return e.Series != nil }), nil
	})
	older.Shutdown()
	newer.Shutdown()
	if err != nil {
		return fmt.Errorf("the events are not there: %w", err)
	}
	return w.sayRecorded(ctx)
}

func (w *world) sayRecorded(ctx context.Context) error {
	olds, err := w.kube.CoreV1().Events(w.namespace).List(ctx, metav1.ListOptions{FieldSelector: "involvedObject.kind=ConfigMap,reason=Tested"})
	if err != nil {
		return err
	}
	slices.SortFunc(olds.Items, func(a, b corev1.Event) int { return int(b.Count - a.Count) })
	for _, e := range olds.Items {
		w.say("as "+e.APIVersion+" by "+e.Source.Component+e.ReportingController, map[string]any{"reason": e.Reason, "message": e.Message, "type": e.Type, "count": e.Count, "series": e.Series != nil, "action": e.Action})
	}
	news, err := w.kube.EventsV1().Events(w.namespace).List(ctx, metav1.ListOptions{FieldSelector: "regarding.kind=ConfigMap,reason=Tested"})
	if err != nil {
		return err
	}
	slices.SortFunc(news.Items, func(a, b eventsv1.Event) int { return int(b.DeprecatedCount - a.DeprecatedCount) })
	for _, e := range news.Items {
		w.say("in the newer API", map[string]any{"note": e.Note, "type": e.Type, "count": e.DeprecatedCount, "series": e.Series != nil, "controller": e.ReportingController, "regarding": e.Regarding.Kind})
	}
	return nil
}

// deleteObjects deletes with owners, finalizers, preconditions and by selectors.
func deleteObjects(ctx context.Context, w *world) error {
	maps := w.kube.CoreV1().ConfigMaps(w.namespace)
	make := func(name string, owner *corev1.ConfigMap, finalizers ...string) (*corev1.ConfigMap, error) {
		object := configMap(name, nil)
		object.Finalizers = finalizers
		object.Labels = map[string]string{"kind": "deleted"}
		if owner != nil {
			object.OwnerReferences = []metav1.OwnerReference{*metav1.NewControllerRef(owner, corev1.SchemeGroupVersion.WithKind("ConfigMap"))}
		}
		return maps.Create(ctx, object, metav1.CreateOptions{})
	}
	for _, policy := range []metav1.DeletionPropagation{metav1.DeletePropagationBackground, metav1.DeletePropagationForeground, metav1.DeletePropagationOrphan} {
		owner, err := make("owner", nil)
		if err != nil {
			return err
		}
		if _, err = make("owned", owner); err != nil {
			return err
		}
		if err = maps.Delete(ctx, "owner", metav1.DeleteOptions{PropagationPolicy: &policy}); err != nil {
			return err
		}
		if err := w.sayOwned(ctx, policy); err != nil {
			return err
		}
	}
	return w.deleteOne(ctx, make)
}

func (w *world) sayOwned(ctx context.Context, policy metav1.DeletionPropagation) error {
	maps := w.kube.CoreV1().ConfigMaps(w.namespace)
	gone := func(name string) func(context.Context) (bool, error) {
		return func(ctx context.Context) (bool, error) {
			_, err := maps.Get(ctx, name, metav1.GetOptions{})
			return apierrors.IsNotFound(err), nil
		}
	}
	if err := until(ctx, gone("owner")); err != nil {
		return err
	}
	if policy != metav1.DeletePropagationOrphan {
		w.say(string(policy), "takes what is owned along")
		return until(ctx, gone("owned"))
	}
	owned, err := maps.Get(ctx, "owned", metav1.GetOptions{})
	if err != nil {
		return err
	}
	w.say(string(policy), map[string]any{"owners left": len(owned.OwnerReferences)})
	return nil
}

func (w *world) deleteOne(ctx context.Context, make func(string, *corev1.ConfigMap, ...string) (*corev1.ConfigMap, error)) error {
	maps := w.kube.CoreV1().ConfigMaps(w.namespace)
	kept, err := make("kept", nil, "example.com/keep")
	if err != nil {
		return err
	}
	uid, version := types.UID("another"), "1"
	w.sayError("another uid", maps.Delete(ctx, "kept", metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid}}))
	w.sayError("another version", maps.Delete(ctx, "kept", metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &kept.UID, ResourceVersion: &version}}))
	w.sayError("with a finalizer", maps.Delete(ctx, "kept", metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(kept.UID))}))
	waiting, err := maps.Get(ctx, "kept", metav1.GetOptions{})
	if err != nil {
		return err
	}
	w.say("waits", map[string]any{"deleted": waiting.DeletionTimestamp != nil, "grace": waiting.DeletionGracePeriodSeconds, "finalizers": waiting.Finalizers})
	waiting.Finalizers = append(waiting.Finalizers, "example.com/more")
	_, err = maps.Update(ctx, waiting, metav1.UpdateOptions{})
	w.sayError("a finalizer more", err)
	waiting.Finalizers = nil
	_, err = maps.Update(ctx, waiting, metav1.UpdateOptions{})
	w.sayError("the last finalizer goes", err)
	_, err = maps.Get(ctx, "kept", metav1.GetOptions{})
	w.sayError("gone", err)
	if _, err = make("many", nil); err != nil {
		return err
	}
	if err = maps.DeleteCollection(ctx, metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "kind=deleted"}); err != nil {
		return err
	}
	left, err := maps.List(ctx, metav1.ListOptions{LabelSelector: "kind=deleted"})
	if err != nil {
		return err
	}
	w.say("left of the collection", len(left.Items))
	var together sync.WaitGroup
	var seen diary
	for range 5 {
		together.Go(func() {
			_, err := make("raced", nil)
			seen.note("%v", apierrors.ReasonForError(err))
		})
	}
	together.Wait()
	lines := seen.take()
	slices.Sort(lines)
	w.say("five make the same at once", lines)
	return nil
}
