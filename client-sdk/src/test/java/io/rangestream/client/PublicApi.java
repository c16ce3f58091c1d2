package io.rangestream.client;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The public API of the SDK as sorted lines of text. */
final class PublicApi {
    private PublicApi() {}

    /**
     * Describes the public types in a folder of classes, with their public and protected members.
     *
     * @param packages the packages to describe, without their subpackages
     */
    static List<String> of(Path classes, Set<String> packages) throws IOException {
        List<Class<?>> types;
        try (Stream<Path> files = Files.walk(classes)) {
            types =
                    files.filter(file -> file.toString().endsWith(".class"))
                            .map(file -> classes.relativize(file).toString())
                            .filter(name -> !name.endsWith("package-info.class"))
                            .<Class<?>>map(PublicApi::load)
                            .filter(type -> packages.contains(type.getPackageName()))
                            .filter(PublicApi::isReachable)
                            .sorted(Comparator.comparing(Class::getName))
                            .toList();
        }
        List<String> lines = new ArrayList<>();
        for (Class<?> type : types) {
            lines.add(described(type));
            members(type).map(member -> "    " + member).sorted().forEach(lines::add);
        }
        return lines;
    }

    private static Class<?> load(String file) {
        String name = file.substring(0, file.length() - ".class".length()).replace('/', '.');
        try {
            return Class.forName(name, false, PublicApi.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether the type and all types that enclose it are public. */
    private static boolean isReachable(Class<?> type) {
        for (Class<?> outer = type; outer != null; outer = outer.getEnclosingClass()) {
            if (!isVisible(outer.getModifiers()) || outer.isAnonymousClass()) {
                return false;
            }
        }
        return true;
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static String described(Class<?> type) {
        StringBuilder line =
                new StringBuilder(modifiers(type.getModifiers() & ~Modifier.INTERFACE));
        if (type.isSealed()) {
            line.append("sealed ");
        }
        line.append(kind(type)).append(' ').append(type.getName());
        if (type.isRecord()) {
            line.append(
                    Arrays.stream(type.getRecordComponents())
                            .map(PublicApi::described)
                            .collect(Collectors.joining(", ", "(", ")")));
        }
        Class<?> parent = type.getSuperclass();
        if (parent != null && parent != Object.class && !type.isRecord() && !type.isEnum()) {
            line.append(" extends ").append(parent.getName());
        }
        String interfaces = names(type.getGenericInterfaces());
        if (!interfaces.isEmpty()) {
            line.append(type.isInterface() ? " extends " : " implements ").append(interfaces);
        }
        return line.append(deprecated(type)).toString();
    }

    private static String kind(Class<?> type) {
        if (type.isRecord()) {
            return "record";
        }
        if (type.isEnum()) {
            return "enum";
        }
        return type.isInterface() ? "interface" : "class";
    }

    private static String described(RecordComponent component) {
        return component.getGenericType().getTypeName() + ' ' + component.getName();
    }

    private static Stream<String> members(Class<?> type) {
        Stream<String> fields =
                Arrays.stream(type.getDeclaredFields())
                        .filter(field -> isVisible(field.getModifiers()) && !field.isSynthetic())
                        .map(PublicApi::described);
        Stream<String> constructors =
                Arrays.stream(type.getDeclaredConstructors())
                        .filter(made -> isVisible(made.getModifiers()) && !made.isSynthetic())
                        .map(PublicApi::described);
        Stream<String> methods =
                Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> isVisible(method.getModifiers()) && !method.isSynthetic())
                        .map(PublicApi::described);
        return Stream.of(fields, constructors, methods).flatMap(each -> each);
    }

    private static String described(Field field) {
        return modifiers(field.getModifiers())
                + field.getGenericType().getTypeName()
                + ' '
                + field.getName()
                + deprecated(field);
    }

    private static String described(Constructor<?> constructor) {
        return modifiers(constructor.getModifiers())
                + "new"
                + parameters(constructor)
                + deprecated(constructor);
    }

    private static String described(Method method) {
        String variables =
                Arrays.stream(method.getTypeParameters())
                        .map(TypeVariable::getName)
                        .collect(Collectors.joining(", "));
        return modifiers(method.getModifiers() & Modifier.methodModifiers())
                + (method.isDefault() ? "default " : "")
                + (variables.isEmpty() ? "" : '<' + variables + "> ")
                + method.getGenericReturnType().getTypeName()
                + ' '
                + method.getName()
                + parameters(method)
                + deprecated(method);
    }

    private static String parameters(Executable executable) {
        String thrown = names(executable.getGenericExceptionTypes());
        return '('
                + names(executable.getGenericParameterTypes())
                + ')'
                + (thrown.isEmpty() ? "" : " throws " + thrown);
    }

    private static String names(Type[] types) {
        return Arrays.stream(types).map(Type::getTypeName).collect(Collectors.joining(", "));
    }

    /** The modifiers that are part of the API. */
    private static String modifiers(int modifiers) {
        int shown = modifiers & ~(Modifier.SYNCHRONIZED | Modifier.TRANSIENT | Modifier.VOLATILE);
        String text = Modifier.toString(shown & ~Modifier.NATIVE);
        return text.isEmpty() ? "" : text + ' ';
    }

    private static String deprecated(AnnotatedElement element) {
        return element.isAnnotationPresent(Deprecated.class) ? " (deprecated)" : "";
    }
}
