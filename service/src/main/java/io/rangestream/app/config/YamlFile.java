package io.rangestream.app.config;

import io.rangestream.app.config.YamlNode.Items;
import io.rangestream.app.config.YamlNode.Section;
import io.rangestream.app.config.YamlNode.Text;

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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the configuration file, in YAML. Helidon's own reader splits names at their dots and reads
 * {@code 0123} as 83; here a key is one name, and a value is the text that was written.
 */
final class YamlFile {
    // More levels than any setting has. A bound is needed: an anchor may refer to itself.
    private static final int MAX_DEPTH = 8;

    private final Path file;

    private YamlFile(Path file) {
        this.file = file;
    }

    /**
     * Reads the file.
     *
     * @throws ConfigException if it is not a mapping, or a section has a key twice
     */
    static Section read(Path file) {
        return new YamlFile(file).read();
    }

    private Section read() {
        try {
            Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text()));
            return switch (root) {
                case null -> Section.EMPTY;
                case MappingNode mapping -> section(mapping, 1);
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

    private Section section(MappingNode mapping, int depth) {
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        for (NodeTuple entry : mapping.getValue()) {
            Mark mark = entry.getKeyNode().getStartMark();
            if (depth > MAX_DEPTH
                    || !(entry.getKeyNode() instanceof ScalarNode key)
                    || key.getValue().isEmpty()) {
                throw notYaml(mark);
            }
            if (entries.put(key.getValue(), node(entry.getValueNode(), depth + 1)) != null) {
                throw ConfigException.expected(
                        file.toString(),
                        "each key once",
                        ConfigException.quoted(key.getValue()) + " again" + at(mark));
            }
        }
        return new Section(Collections.unmodifiableMap(entries));
    }

    private YamlNode node(Node node, int depth) {
        return switch (node) {
            case ScalarNode value -> new Text(value.getValue());
            case MappingNode mapping -> section(mapping, depth);
            case SequenceNode sequence when depth <= MAX_DEPTH -> {
                List<Node> items = sequence.getValue();
                yield new Items(items.stream().map(item -> node(item, depth + 1)).toList());
            }
            default -> throw notYaml(node.getStartMark());
        };
    }

    // The parser's own message is not used: it quotes the file, which may have secrets.
    private ConfigException notYaml(@Nullable Mark mark) {
        return ConfigException.expected(
                file.toString(), "keys and values in YAML", "something else" + at(mark));
    }

    private static String at(@Nullable Mark mark) {
        return mark == null ? "" : " at line " + (mark.getLine() + 1);
    }
}
