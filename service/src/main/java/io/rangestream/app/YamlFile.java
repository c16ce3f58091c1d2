package io.rangestream.app;

import io.helidon.config.Config;
import io.helidon.config.spi.ConfigNode.ListNode;
import io.helidon.config.spi.ConfigNode.ObjectNode;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * A configuration file in YAML as Helidon's config takes it. Helidon's own reader would cut names
 * at their dots and read {@code 0123} as 83; here a name is one name, and a value is the text that
 * was written.
 */
final class YamlFile {
    // More than any key of ours needs; an anchor may refer to itself.
    private static final int MAX_DEPTH = 8;

    private final Path file;

    private YamlFile(Path file) {
        this.file = file;
    }

    /**
     * Reads the file.
     *
     * @throws ConfigException where it is not keys and values, each key once
     */
    static ObjectNode read(Path file) {
        return new YamlFile(file).read();
    }

    private ObjectNode read() {
        try {
            Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text()));
            return switch (root) {
                case null -> ObjectNode.empty();
                case MappingNode mapping -> object(mapping, 1);
                default -> throw notYaml(root.getStartMark());
            };
        } catch (MarkedYAMLException e) {
            throw notYaml(e.getProblemMark());
        } catch (YAMLException e) {
            throw notYaml(null);
        }
    }

    private String text() {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw notYaml(null);
        }
    }

    private ObjectNode object(MappingNode mapping, int depth) {
        ObjectNode.Builder object = ObjectNode.builder();
        Set<String> seen = new HashSet<>();
        for (NodeTuple entry : mapping.getValue()) {
            Mark mark = entry.getKeyNode().getStartMark();
            if (depth > MAX_DEPTH
                    || !(entry.getKeyNode() instanceof ScalarNode key)
                    || key.getValue().isEmpty()) {
                throw notYaml(mark);
            }
            if (!seen.add(key.getValue())) {
                throw ConfigException.expected(
                        file.toString(),
                        "each key once",
                        ConfigSection.quoted(key.getValue()) + " again" + at(mark));
            }
            String name = Config.Key.escapeName(key.getValue());
            switch (entry.getValueNode()) {
                case ScalarNode value -> object.addValue(name, value.getValue());
                case MappingNode value -> object.addObject(name, object(value, depth + 1));
                case SequenceNode list -> object.addList(name, list(list, depth + 1));
                default -> throw notYaml(mark);
            }
        }
        return object.build();
    }

    private ListNode list(SequenceNode sequence, int depth) {
        ListNode.Builder list = ListNode.builder();
        for (Node member : sequence.getValue()) {
            switch (member) {
                case ScalarNode value -> list.addValue(value.getValue());
                case MappingNode value -> list.addObject(object(value, depth));
                default -> throw notYaml(member.getStartMark());
            }
        }
        return list.build();
    }

    // Not in the parser's own words: they quote the file, and that may be a secret.
    private ConfigException notYaml(@Nullable Mark mark) {
        return ConfigException.expected(
                file.toString(), "keys and values in YAML", "something else" + at(mark));
    }

    private static String at(@Nullable Mark mark) {
        return mark == null ? "" : " at line " + (mark.getLine() + 1);
    }
}
