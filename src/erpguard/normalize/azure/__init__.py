"""Azure resources in ARM's spelling, whatever they came from.

types/*.json       one file per ARM type: its shape (what is type-checked) and its documented defaults
arm                the common end: an ARM body -> a `Resource`
families, merging  children into parents, settings onto what they set, defaults

What Terraform and Pulumi declare comes in by `declarations`:

mappings/*.json    one file per type of a provider: how its attributes become ARM properties; `type_aliases.json` has
                   other names of these types (schemas/mapping.schema.json describes the form)
mapping, rows, templates, transforms, hooks
                   the engine of mappings that list attributes: azurerm, and `classic`, Pulumi's bridge of it
unflatten, azapi   providers that have ARM's names already
addresses, links   what expressions refer to: ids of what does not exist yet, parents by name
hidden             what of the ARM body is unknown, by what is unknown of the declaration
mapped_origin      places, by ARM's paths
"""
