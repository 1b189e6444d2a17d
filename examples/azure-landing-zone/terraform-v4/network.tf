# Hub and spoke, security groups, routes.

resource "azurerm_virtual_network" "hub" {
  name                = "vnet-hub" # defect: NET114
  resource_group_name = azurerm_resource_group.network.name
  location            = azurerm_resource_group.network.location
  address_space       = ["10.10.0.0/16"]
  tags                = local.tags
}

resource "azurerm_subnet" "hub_gateway" {
  name                 = "GatewaySubnet"
  resource_group_name  = azurerm_resource_group.network.name
  virtual_network_name = azurerm_virtual_network.hub.name
  address_prefixes     = ["10.10.0.0/27"]
}

resource "azurerm_virtual_network" "erp" {
  name                = "vnet-erp"
  resource_group_name = azurerm_resource_group.network.name
  location            = azurerm_resource_group.network.location
  address_space       = ["10.20.0.0/16"]
  tags                = local.tags
}

resource "azurerm_virtual_network_peering" "hub_to_erp" {
  name                      = "peer-hub-erp"
  resource_group_name       = azurerm_resource_group.network.name
  virtual_network_name      = azurerm_virtual_network.hub.name
  remote_virtual_network_id = azurerm_virtual_network.erp.id
  allow_forwarded_traffic   = true
}

locals {
  subnets = {
    aks       = "10.20.0.0/20"
    edi       = "10.20.16.0/27"
    endpoints = "10.20.17.0/24"
    gateway   = "10.20.18.0/24"
    scanners  = "10.20.19.0/27"
    tools     = "10.20.19.32/27"
  }
}

resource "azurerm_subnet" "erp" {
  for_each = local.subnets

  name                            = "snet-${each.key}" # defect: NET105, NET111
  resource_group_name             = azurerm_resource_group.network.name
  virtual_network_name            = azurerm_virtual_network.erp.name
  address_prefixes                = [each.value]
  default_outbound_access_enabled = false
}

resource "azurerm_subnet" "postgres" {
  name                 = "snet-postgres"
  resource_group_name  = azurerm_resource_group.network.name
  virtual_network_name = azurerm_virtual_network.erp.name
  address_prefixes     = ["10.20.20.0/27"]

  delegation {
    name = "postgres"

    service_delegation {
      name    = "Microsoft.DBforPostgreSQL/flexibleServers"
      actions = ["Microsoft.Network/virtualNetworks/subnets/join/action"]
    }
  }
}

# Rules within the group. The denial comes first, so that the list of ports below does not open 22.
resource "azurerm_network_security_group" "aks" {
  name                = "nsg-aks"
  resource_group_name = azurerm_resource_group.network.name
  location            = azurerm_resource_group.network.location
  tags                = local.tags

  security_rule {
    name                       = "DenyManagementFromInternet"
    priority                   = 100
    direction                  = "Inbound"
    access                     = "Deny"
    protocol                   = "*"
    source_address_prefix      = "*"
    source_port_range          = "*"
    destination_address_prefix = "*"
    destination_port_ranges    = ["22", "3389"]
  }

  security_rule {
    name                       = "AllowWebAndShell"
    priority                   = 200
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_address_prefix      = "Internet"
    source_port_range          = "*"
    destination_address_prefix = "*"
    destination_port_ranges    = ["22", "443"]
  }

  security_rule {
    name                       = "AllowApiFromCompany"
    priority                   = 300
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_address_prefix      = "10.0.0.0/8"
    source_port_range          = "*"
    destination_address_prefix = "*"
    destination_port_range     = "8443"
  }

  security_rule { # defect: NET104
    name                       = "AllowApiFromTools"
    priority                   = 310
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_address_prefix      = "10.20.19.32/27"
    source_port_range          = "*"
    destination_address_prefix = "*"
    destination_port_range     = "8443"
  }
}

resource "azurerm_network_security_group" "data" {
  name                = "nsg-data"
  resource_group_name = azurerm_resource_group.network.name
  location            = azurerm_resource_group.network.location
  tags                = local.tags

  security_rule { # defect: NET102
    name                       = "AllowPostgresForPartners"
    priority                   = 200
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_address_prefix      = "0.0.0.0/0"
    source_port_range          = "*"
    destination_address_prefix = "*"
    destination_port_range     = "5432"
  }
}

resource "azurerm_network_security_group" "gateway" {
  name                = "nsg-gateway"
  resource_group_name = azurerm_resource_group.network.name
  location            = azurerm_resource_group.network.location
  tags                = local.tags

  security_rule {
    name                       = "AllowWeb"
    priority                   = 200
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_address_prefix      = "Internet"
    source_port_range          = "*"
    destination_address_prefix = "*"
    destination_port_ranges    = ["80", "443"]
  }

  security_rule {
    name                       = "AllowGatewayManager"
    priority                   = 210
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_address_prefix      = "GatewayManager"
    source_port_range          = "*"
    destination_address_prefix = "*"
    destination_port_range     = "65200-65535"
  }
}

# Rules by themselves.
resource "azurerm_network_security_group" "tools" {
  name                = "nsg-tools"
  resource_group_name = azurerm_resource_group.network.name
  location            = azurerm_resource_group.network.location
  tags                = local.tags
}

resource "azurerm_network_security_rule" "tools_vendor" { # defect: NET101
  name                        = "AllowVendorShell"
  resource_group_name         = azurerm_resource_group.network.name
  network_security_group_name = azurerm_network_security_group.tools.name
  priority                    = 4000
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_address_prefix       = "*"
  source_port_range           = "*"
  destination_address_prefix  = "*"
  destination_port_range      = "22"
}

resource "azurerm_network_security_rule" "tools_rest" {
  name                        = "DenyAll"
  resource_group_name         = azurerm_resource_group.network.name
  network_security_group_name = azurerm_network_security_group.tools.name
  priority                    = 4096
  direction                   = "Inbound"
  access                      = "Deny"
  protocol                    = "*"
  source_address_prefix       = "*"
  source_port_range           = "*"
  destination_address_prefix  = "*"
  destination_port_range      = "*"
}

resource "azurerm_network_security_group" "edi" {
  name                = "nsg-edi"
  resource_group_name = azurerm_resource_group.network.name
  location            = azurerm_resource_group.network.location
  tags                = local.tags
}

resource "azurerm_network_security_rule" "edi_partners" { # defect: NET101, NET102, NET103
  name                        = "AllowPartners"
  resource_group_name         = azurerm_resource_group.network.name
  network_security_group_name = azurerm_network_security_group.edi.name
  priority                    = 1000
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "*"
  source_address_prefix       = "Internet"
  source_port_range           = "*"
  destination_address_prefix  = "*"
  destination_port_range      = "*"
}

resource "azurerm_subnet_network_security_group_association" "aks" {
  subnet_id                 = azurerm_subnet.erp["aks"].id
  network_security_group_id = azurerm_network_security_group.aks.id
}

resource "azurerm_subnet_network_security_group_association" "edi" {
  subnet_id                 = azurerm_subnet.erp["edi"].id
  network_security_group_id = azurerm_network_security_group.edi.id
}

resource "azurerm_subnet_network_security_group_association" "gateway" {
  subnet_id                 = azurerm_subnet.erp["gateway"].id
  network_security_group_id = azurerm_network_security_group.gateway.id
}

resource "azurerm_subnet_network_security_group_association" "tools" {
  for_each = toset(["endpoints", "tools"])

  subnet_id                 = azurerm_subnet.erp[each.key].id
  network_security_group_id = azurerm_network_security_group.tools.id
}

resource "azurerm_subnet_network_security_group_association" "postgres" {
  subnet_id                 = azurerm_subnet.postgres.id
  network_security_group_id = azurerm_network_security_group.data.id
}

resource "azurerm_route_table" "aks" {
  name                = "rt-aks"
  resource_group_name = azurerm_resource_group.network.name
  location            = azurerm_resource_group.network.location
  tags                = local.tags

  route {
    name                   = "to-firewall"
    address_prefix         = "0.0.0.0/0"
    next_hop_type          = "VirtualAppliance"
    next_hop_in_ip_address = "10.10.1.4"
  }
}

resource "azurerm_subnet_route_table_association" "aks" {
  subnet_id      = azurerm_subnet.erp["aks"].id
  route_table_id = azurerm_route_table.aks.id
}

resource "azurerm_network_watcher_flow_log" "erp" {
  name                 = "flow-vnet-erp"
  network_watcher_name = "NetworkWatcher_westeurope"
  resource_group_name  = "NetworkWatcherRG"
  target_resource_id   = azurerm_virtual_network.erp.id
  storage_account_id   = local.flow_log_store
  enabled              = true
  tags                 = local.tags

  retention_policy {
    enabled = true
    days    = 90
  }
}
