# What the Internet meets: application gateways with their firewall, a load balancer.

resource "azurerm_public_ip" "gateway" {
  name                = "pip-gateway"
  resource_group_name = azurerm_resource_group.erp.name
  location            = azurerm_resource_group.erp.location
  allocation_method   = "Static"
  sku                 = "Standard"
  zones               = ["1", "2", "3"]
  tags                = local.tags
}

resource "azurerm_web_application_firewall_policy" "erp" {
  name                = "waf-erp"
  resource_group_name = azurerm_resource_group.erp.name
  location            = azurerm_resource_group.erp.location
  tags                = local.tags

  policy_settings {
    mode = "Detection" # defect: NET112
  }

  managed_rules {
    managed_rule_set {
      type    = "OWASP"
      version = "3.2"
    }
  }
}

resource "azurerm_application_gateway" "erp" {
  name                = "agw-erp"
  resource_group_name = azurerm_resource_group.erp.name
  location            = azurerm_resource_group.erp.location
  firewall_policy_id  = azurerm_web_application_firewall_policy.erp.id
  zones               = ["1", "2", "3"]
  tags                = local.tags

  sku {
    name = "WAF_v2"
    tier = "WAF_v2"
  }

  autoscale_configuration {
    min_capacity = 2
    max_capacity = 6
  }

  gateway_ip_configuration {
    name      = "gateway"
    subnet_id = azurerm_subnet.erp["gateway"].id
  }

  frontend_ip_configuration {
    name                 = "public"
    public_ip_address_id = azurerm_public_ip.gateway.id
  }

  frontend_port {
    name = "http"
    port = 80
  }

  frontend_port {
    name = "https"
    port = 443
  }

  frontend_port {
    name = "partners"
    port = 8080
  }

  # Old scanners in the warehouses: see what they still need.
  ssl_policy {
    policy_type          = "Custom"
    min_protocol_version = "TLSv1_0" # defect: TLS003
    cipher_suites = [
      "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
      "TLS_RSA_WITH_AES_128_CBC_SHA", # defect: TLS004
    ]
  }

  ssl_certificate {
    name                = "erp"
    key_vault_secret_id = "https://kv-erp-prod.vault.azure.net/secrets/erp-example-com"
  }

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.gateway.id]
  }

  backend_address_pool {
    name         = "odoo"
    ip_addresses = ["10.20.0.10"]
  }

  backend_http_settings {
    name                  = "odoo"
    protocol              = "Https"
    port                  = 443
    cookie_based_affinity = "Disabled"
    request_timeout       = 120
  }

  http_listener {
    name                           = "http"
    frontend_ip_configuration_name = "public"
    frontend_port_name             = "http"
    protocol                       = "Http"
  }

  http_listener {
    name                           = "https"
    frontend_ip_configuration_name = "public"
    frontend_port_name             = "https"
    protocol                       = "Https"
    ssl_certificate_name           = "erp"
  }

  http_listener {
    name                           = "partners"
    frontend_ip_configuration_name = "public"
    frontend_port_name             = "partners"
    protocol                       = "Http"
  }

  redirect_configuration {
    name                 = "to-https"
    redirect_type        = "Permanent"
    target_listener_name = "https"
    include_path         = true
    include_query_string = true
  }

  request_routing_rule {
    name                        = "http"
    priority                    = 100
    rule_type                   = "Basic"
    http_listener_name          = "http"
    redirect_configuration_name = "to-https"
  }

  request_routing_rule {
    name                       = "https"
    priority                   = 110
    rule_type                  = "Basic"
    http_listener_name         = "https"
    backend_address_pool_name  = "odoo"
    backend_http_settings_name = "odoo"
  }

  request_routing_rule { # defect: TLS012
    name                       = "partners"
    priority                   = 120
    rule_type                  = "Basic"
    http_listener_name         = "partners"
    backend_address_pool_name  = "odoo"
    backend_http_settings_name = "odoo"
  }
}

resource "azurerm_public_ip" "edi" {
  name                = "pip-edi"
  resource_group_name = azurerm_resource_group.erp.name
  location            = azurerm_resource_group.erp.location
  allocation_method   = "Static"
  sku                 = "Standard"
  tags                = local.tags
}

resource "azurerm_lb" "edi" {
  name                = "lb-edi"
  resource_group_name = azurerm_resource_group.erp.name
  location            = azurerm_resource_group.erp.location
  sku                 = "Standard"
  tags                = local.tags

  frontend_ip_configuration {
    name                 = "public"
    public_ip_address_id = azurerm_public_ip.edi.id
  }
}

# The EDI gateway is backed up, the scanners' print server is not.
resource "azurerm_network_interface" "vm" {
  for_each = { edi = "edi", print = "scanners" }

  name                = "nic-${each.key}"
  resource_group_name = azurerm_resource_group.erp.name
  location            = azurerm_resource_group.erp.location
  tags                = local.tags

  ip_configuration {
    name                          = "internal"
    subnet_id                     = azurerm_subnet.erp[each.value].id
    private_ip_address_allocation = "Dynamic"
  }
}

resource "azurerm_linux_virtual_machine" "edi" {
  name                  = "vm-edi"
  resource_group_name   = azurerm_resource_group.erp.name
  location              = azurerm_resource_group.erp.location
  size                  = "Standard_D2s_v5"
  admin_username        = "edi"
  network_interface_ids = [azurerm_network_interface.vm["edi"].id]
  secure_boot_enabled   = true
  tags                  = merge(local.tags, { bootstrap = "UGxhbnRlZC1TZWNyZXQtNDcxMXg=" })

  admin_ssh_key {
    username   = "edi"
    public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExhbmRpbmdab25lRXhhbXBsZUtleTAwMDAwMDAwMDAw edi"
  }

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }

  source_image_reference {
    publisher = "Canonical"
    offer     = "ubuntu-24_04-lts"
    sku       = "server"
    version   = "latest"
  }
}

resource "azurerm_linux_virtual_machine" "print" {
  name                  = "vm-print" # defect: BAK014
  resource_group_name   = azurerm_resource_group.erp.name
  location              = azurerm_resource_group.erp.location
  size                  = "Standard_B2s"
  admin_username        = "print"
  network_interface_ids = [azurerm_network_interface.vm["print"].id]
  secure_boot_enabled   = true
  tags                  = local.tags

  admin_ssh_key {
    username   = "print"
    public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExhbmRpbmdab25lRXhhbXBsZUtleTAwMDAwMDAwMDAw print"
  }

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "StandardSSD_LRS"
  }

  source_image_reference {
    publisher = "Canonical"
    offer     = "ubuntu-24_04-lts"
    sku       = "server"
    version   = "latest"
  }
}

resource "azurerm_managed_disk" "edi_archive" {
  name                          = "disk-edi-archive"
  resource_group_name           = azurerm_resource_group.erp.name
  location                      = azurerm_resource_group.erp.location
  storage_account_type          = "Premium_LRS"
  create_option                 = "Empty"
  disk_size_gb                  = 256
  public_network_access_enabled = false
  network_access_policy         = "DenyAll"
  tags                          = local.tags
}

resource "azurerm_managed_disk" "print_spool" {
  name                          = "disk-print-spool" # defect: BAK014
  resource_group_name           = azurerm_resource_group.erp.name
  location                      = azurerm_resource_group.erp.location
  storage_account_type          = "StandardSSD_LRS"
  create_option                 = "Empty"
  disk_size_gb                  = 64
  public_network_access_enabled = false
  network_access_policy         = "DenyAll"
  tags                          = local.tags
}

resource "azurerm_virtual_machine_data_disk_attachment" "edi_archive" {
  managed_disk_id    = azurerm_managed_disk.edi_archive.id
  virtual_machine_id = azurerm_linux_virtual_machine.edi.id
  lun                = 0
  caching            = "None"
}

resource "azurerm_virtual_machine_data_disk_attachment" "print_spool" {
  managed_disk_id    = azurerm_managed_disk.print_spool.id
  virtual_machine_id = azurerm_linux_virtual_machine.print.id
  lun                = 0
  caching            = "None"
}
