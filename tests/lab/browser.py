"""Chromium, started once and used for one test after another: nothing of one is left for the next."""

import shutil

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service

FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
         "--disable-background-networking", "--disable-component-update", "--disable-sync")


class Browsers:
    """Those that nobody uses at the moment, with and without scripts."""

    def __init__(self, folder):
        self.folder = folder
        self.n_started = 0
        self.free = {True: [], False: []}

    def take(self, script=True):
        return self.free[script].pop() if self.free[script] else self._start(script)

    def give_back(self, driver, script):
        try:
            self._forget(driver)
        except WebDriverException:
            driver.quit()
        else:
            self.free[script].append(driver)

    def stop(self):
        for driver in self.free[True] + self.free[False]:
            driver.quit()

    def _start(self, script):
        options = webdriver.ChromeOptions()
        self.n_started += 1
        for flag in (*FLAGS, f"--user-data-dir={self.folder / ('chromium%d' % self.n_started)}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        if not script:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        driver.set_page_load_timeout(120)
        return driver

    @staticmethod
    def _forget(driver):
        driver.switch_to.new_window("tab")
        kept = driver.current_window_handle
        for window in driver.window_handles:
            if window != kept:
                driver.switch_to.window(window)
                driver.close()
        driver.switch_to.window(kept)
        for command, arguments in (("Network.clearBrowserCookies", {}), ("Network.clearBrowserCache", {}),
                                   ("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})):
            driver.execute_cdp_cmd(command, arguments)
        driver.get_log("browser")
