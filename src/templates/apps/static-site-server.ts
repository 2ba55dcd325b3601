/**
 * nginx for a folder that git-sync keeps: `/git/root/site` is a link that changes at once from one commit to the next. Paths
 * with a part that begins with a dot are not there (git's own files, `.env`), but for `/.well-known`. A link in the
 * repository leads to nothing of the container itself, which others own.
 */
export const siteServer = `worker_processes 2;
pid /tmp/nginx.pid;
error_log /dev/stderr warn;
events {
  worker_connections 1024;
}
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  charset utf-8;
  access_log /dev/stdout;
  server_tokens off;
  sendfile on;
  gzip on;
  gzip_vary on;
  gzip_types text/css text/plain text/xml application/javascript application/json application/xml image/svg+xml;
  client_body_temp_path /tmp/client_body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  map "\${SITE_SINGLE_PAGE}" $otherwise {
    default /.missing;
    true /index.html;
  }
  server {
    listen 8080;
    root "/git/root/site/\${SITE_FOLDER}";
    index index.html;
    absolute_redirect off;
    disable_symlinks if_not_owner from=$document_root;
    add_header X-Content-Type-Options nosniff always;
    add_header X-Frame-Options SAMEORIGIN always;
    add_header Referrer-Policy strict-origin-when-cross-origin always;
    add_header Cache-Control no-cache always;
    error_page 404 /404.html;
    location / {
      try_files $uri $uri/ $uri.html $otherwise;
    }
    location ~ ^/(index|404)\\.html$ {
      try_files $uri =404;
    }
    location ^~ /.well-known/ {
      try_files $uri =404;
    }
    location ~ /\\. {
      return 404;
    }
  }
  server {
    listen 8081;
    access_log off;
    location / {
      if (-d /git/root/site) {
        return 204;
      }
      return 503;
    }
  }
}
`
