package main

import (
	"context"
	"encoding/json"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	appsapply "k8s.io/client-go/applyconfigurations/apps/v1"
	coreapply "k8s.io/client-go/applyconfigurations/core/v1"
	metaapply "k8s.io/client-go/applyconfigurations/meta/v1"
	"k8s.io/client-go/util/retry"
)

// applyConfigurations applies typed configurations by two managers: conflict, force, removal, extraction, status.
func applyConfigurations(ctx context.Context, w *world) error {
	maps := w.kube.CoreV1().ConfigMaps(w.namespace)
	mode := func(mode string) *coreapply.ConfigMapApplyConfiguration {
		return coreapply.ConfigMap("settings", w.namespace).WithData(map[string]string{"mode": mode})
	}
	as := func(manager string, force bool) metav1.ApplyOptions {
		return metav1.ApplyOptions{FieldManager: manager, Force: force}
	}
	made, err := maps.Apply(ctx, mode("fast").WithData(map[string]string{"level": "3"}).WithLabels(map[string]string{"a": "b"}), as("one", false))
	if err != nil {
		return err
	}
	w.say("made", map[string]any{"data": made.Data, "labels": made.Labels, "managers": managers(made)})
	_, err = maps.Apply(ctx, mode("slow"), as("two", false))
	w.sayError("conflict", err)
	forced, err := maps.Apply(ctx, mode("slow"), as("two", true))
	if err != nil {
		return err
	}
	w.say("forced", map[string]any{"data": forced.Data, "managers": managers(forced)})
	shared, err := maps.Apply(ctx, mode("slow"), as("one", false))
	if err != nil {
		return err
	}
	w.say("level and labels are given up, mode is shared", map[string]any{"data": shared.Data, "labels": shared.Labels, "managers": managers(shared)})
	own, err := coreapply.ExtractConfigMap(shared, "two")
	if err != nil {
		return err
	}
	w.say("extracted", own.Data)
	again, err := maps.Apply(ctx, own, as("two", false))
	if err != nil {
		return err
	}
	w.say("applied again", map[string]any{"same version": again.ResourceVersion == shared.ResourceVersion})
	_, err = maps.Apply(ctx, mode("slow").WithResourceVersion("1"), as("one", false))
	w.sayError("an old version", err)
	_, err = maps.Apply(ctx, coreapply.ConfigMap("Bad_Name", w.namespace), as("one", false))
	w.sayError("a bad name", err)
	return w.applyDeployment(ctx)
}

func (w *world) applyDeployment(ctx context.Context) error {
	deployments := w.kube.AppsV1().Deployments(w.namespace)
	labels := map[string]string{"app": "web"}
	container := func(name string) *coreapply.ContainerApplyConfiguration {
		return coreapply.Container().WithName(name).WithImage("registry.example/" + name + ":1")
	}
	with := func(containers ...*coreapply.ContainerApplyConfiguration) *appsapply.DeploymentApplyConfiguration {
		pod := coreapply.PodTemplateSpec().WithLabels(labels).WithSpec(coreapply.PodSpec().WithContainers(containers...))
		spec := appsapply.DeploymentSpec().WithSelector(metaapply.LabelSelector().WithMatchLabels(labels)).WithTemplate(pod)
		return appsapply.Deployment("web", w.namespace).WithSpec(spec)
	}
	names := func(what string, apply *appsapply.DeploymentApplyConfiguration, manager string) error {
		made, err := deployments.Apply(ctx, apply, metav1.ApplyOptions{FieldManager: manager})
		if err != nil {
			w.sayError(what, err)
			return err
		}
		w.say(what, map[string]any{"spec": made.Spec, "generation": made.Generation, "managers": managers(made)})
		return nil
	}
	port := coreapply.ContainerPort().WithContainerPort(8080)
	for _, step := range []struct {
		what    string
		apply   *appsapply.DeploymentApplyConfiguration
		manager string
	}{
		{"two containers", with(container("web").WithPorts(port), container("side")), "one"},
		{"a port by another", with(coreapply.Container().WithName("web").WithPorts(coreapply.ContainerPort().WithContainerPort(9090).WithName("more"))), "two"},
		{"a container less", with(container("web")), "one"},
	} {
		if err := names(step.what, step.apply, step.manager); err != nil {
			return err
		}
	}
	status := appsapply.Deployment("web", w.namespace).WithStatus(appsapply.DeploymentStatus().WithReplicas(1).WithObservedGeneration(2))
	applied, err := deployments.ApplyStatus(ctx, status, metav1.ApplyOptions{FieldManager: "status"})
	if err != nil {
		return err
	}
	w.say("status", map[string]any{"status": applied.Status, "generation": applied.Generation, "managers": managers(applied)})
	return nil
}

// retryOnConflict changes one object from two sides, as controllers do.
func retryOnConflict(ctx context.Context, w *world) error {
	maps := w.kube.CoreV1().ConfigMaps(w.namespace)
	stale, err := maps.Create(ctx, configMap("counter", map[string]string{"mine": "0"}), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	other := stale.DeepCopy()
	other.Data["theirs"] = "1"
	if _, err = maps.Update(ctx, other, metav1.UpdateOptions{FieldManager: "them"}); err != nil {
		return err
	}
	stale.Data["mine"] = "1"
	_, err = maps.Update(ctx, stale, metav1.UpdateOptions{})
	w.sayError("a stale update", err)

	attempts, current := 0, stale
	err = retry.RetryOnConflict(retry.DefaultRetry, func() error {
		if attempts++; attempts > 1 {
			if current, err = maps.Get(ctx, "counter", metav1.GetOptions{}); err != nil {
				return err
			}
		}
		current.Data["mine"] = "1"
		current, err = maps.Update(ctx, current, metav1.UpdateOptions{FieldManager: "me"})
		return err
	})
	if err != nil {
		return err
	}
	w.say("with another try", map[string]any{"attempts": attempts, "data": current.Data, "managers": managers(current)})
	same, err := maps.Update(ctx, current, metav1.UpdateOptions{FieldManager: "me"})
	if err != nil {
		return err
	}
	w.say("nothing changes", map[string]any{"same version": same.ResourceVersion == current.ResourceVersion})
	blind := configMap("counter", map[string]string{"mine": "2"})
	if current, err = maps.Update(ctx, blind, metav1.UpdateOptions{}); err != nil {
		return err
	}
	w.say("without a version", current.Data)
	_, err = maps.Update(ctx, configMap("nothing", nil), metav1.UpdateOptions{})
	w.sayError("of nothing", err)
	_, err = maps.Create(ctx, configMap("counter", nil), metav1.CreateOptions{})
	w.sayError("made again", err)
	generated := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{GenerateName: "some-"}}
	one, err := maps.Create(ctx, generated, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	w.say("a generated name", len(one.Name))
	return nil
}

// patchTyped sends each type of patch that typed clients have.
func patchTyped(ctx context.Context, w *world) error {
	pods := w.kube.CoreV1().Pods(w.namespace)
	if _, err := pods.Create(ctx, pod("web", map[string]string{"app": "web"}), metav1.CreateOptions{}); err != nil {
		return err
	}
	for _, patch := range []struct {
		kind        types.PatchType
		text        string
		subresource []string
	}{
		{types.JSONPatchType, `[{"op":"add","path":"/metadata/labels/json","value":"yes"}]`, nil},
		{types.JSONPatchType, `[{"op":"test","path":"/metadata/labels/json","value":"no"}]`, nil},
		{types.MergePatchType, `{"metadata":{"labels":{"merge":"yes","json":null}}}`, nil},
		{types.StrategicMergePatchType, `{"spec":{"containers":[{"name":"web","image":"registry.example/web:2"}]}}`, nil},
		{types.StrategicMergePatchType, `{"spec":{"containers":[{"name":"more","image":"registry.example/more:1"}]}}`, nil},
		{types.StrategicMergePatchType, `{"metadata":{"finalizers":["example.com/keep"]}}`, nil},
		{types.StrategicMergePatchType, `{"metadata":{"$deleteFromPrimitiveList/finalizers":["example.com/keep"]}}`, nil},
		{types.StrategicMergePatchType, `{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}`, []string{"status"}},
		{types.MergePatchType, `{"spec":{"nodeName":"elsewhere"}}`, nil},
	} {
		made, err := pods.Patch(ctx, "web", patch.kind, []byte(patch.text), metav1.PatchOptions{}, patch.subresource...)
		if err != nil {
			w.sayError(patch.text, err)
			continue
		}
		w.say(patch.text, map[string]any{"labels": made.Labels, "finalizers": made.Finalizers, "spec": made.Spec, "status": made.Status, "generation": made.Generation})
	}
	read, err := w.dynamic(w.config).Resource(configMaps.GroupVersion().WithResource("pods")).Namespace(w.namespace).Get(ctx, "web", metav1.GetOptions{})
	if err != nil {
		return err
	}
	unstructured.RemoveNestedField(read.Object, "metadata")
	text, err := json.Marshal(read.Object)
	w.say("read by the dynamic client", json.RawMessage(text))
	return err
}

func pod(name string, labels map[string]string) *corev1.Pod {
	container := corev1.Container{Name: "web", Image: "registry.example/web:1"}
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{container}},
	}
}
