// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGuardian} from "../../src/interfaces/IGuardian.sol";
import {Test} from "../Test.sol";

/// @title A market that can be stopped, or refuses
contract StoppableMarket {
    bool public stopped;
    bool public refuses;

    error TooRecently();

    function refuse() external {
        refuses = true;
    }

    function pauseNewJobs() external {
        if (refuses) revert TooRecently();
        stopped = true;
    }
}

contract GuardianTest is Test {
    IGuardian private guardian;
    StoppableMarket private first;
    StoppableMarket private second;
    address private governor;
    address private keeper;

    function setUp() public {
        governor = makeAddr("governor");
        keeper = makeAddr("keeper");
        first = new StoppableMarket();
        second = new StoppableMarket();
        address[] memory both = new address[](2);
        both[0] = address(first);
        both[1] = address(second);
        guardian = IGuardian(deploy("Guardian.sol:Guardian", abi.encode(governor, keeper, both)));
    }

    function test_constructor_refusesNoGovernor() public {
        vm.expectRevert(IGuardian.ZeroAddress.selector);
        deploy("Guardian.sol:Guardian", abi.encode(address(0), keeper, new address[](0)));
    }

    function test_stop_refusesAnyoneButTheKeeper() public {
        vm.expectRevert(abi.encodeWithSelector(IGuardian.NotKeeper.selector, governor, keeper));
        vm.prank(governor);
        guardian.stop(address(first));
        vm.expectRevert(abi.encodeWithSelector(IGuardian.NotKeeper.selector, address(this), keeper));
        guardian.stopAll();
    }

    function test_stop_refusesAContractThatIsNoMarket() public {
        vm.expectRevert(abi.encodeWithSelector(IGuardian.UnknownMarket.selector, address(this)));
        vm.prank(keeper);
        guardian.stop(address(this));
    }

    function test_stop_stopsOneMarket() public {
        vm.prank(keeper);
        guardian.stop(address(second));
        assertFalse(first.stopped());
        assertTrue(second.stopped());
    }

    function test_stopAll_isNotKeptBackByAMarketThatRefuses() public {
        first.refuse();
        vm.prank(keeper);
        assertEq(guardian.stopAll(), 1);
        assertTrue(second.stopped());
    }

    function test_setKeeper_isTheGovernorsAlone() public {
        vm.expectRevert(abi.encodeWithSelector(IGuardian.NotGovernor.selector, keeper, governor));
        vm.prank(keeper);
        guardian.setKeeper(address(7));
        vm.startPrank(governor);
        vm.expectRevert(abi.encodeWithSelector(IGuardian.NothingToChange.selector, keeper));
        guardian.setKeeper(keeper);
        guardian.setKeeper(address(7));
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(IGuardian.NotKeeper.selector, keeper, address(7)));
        vm.prank(keeper);
        guardian.stopAll();
    }

    function test_setMarket_isTheGovernorsAloneAndBounded() public {
        vm.expectRevert(abi.encodeWithSelector(IGuardian.NotGovernor.selector, keeper, governor));
        vm.prank(keeper);
        guardian.setMarket(address(7), true);
        vm.startPrank(governor);
        vm.expectRevert(abi.encodeWithSelector(IGuardian.NothingToChange.selector, address(first)));
        guardian.setMarket(address(first), true);
        vm.expectRevert(abi.encodeWithSelector(IGuardian.NothingToChange.selector, address(7)));
        guardian.setMarket(address(7), false);
        vm.expectRevert(IGuardian.ZeroAddress.selector);
        guardian.setMarket(address(0), true);
        for (uint160 i = 3; i <= 8; ++i) {
            guardian.setMarket(address(i), true);
        }
        vm.expectRevert(abi.encodeWithSelector(IGuardian.TooManyMarkets.selector, 9, 8));
        guardian.setMarket(address(9), true);
        guardian.setMarket(address(first), false);
        vm.stopPrank();
        assertEq(guardian.markets().length, 7);
        assertFalse(guardian.isMarket(address(first)));
        assertTrue(guardian.isMarket(address(8)));
    }
}
