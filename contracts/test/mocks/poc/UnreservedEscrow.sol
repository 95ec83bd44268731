// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The mistake: an order is checked against the balance when it is made, and paid from it when it is done
contract UnreservedEscrow {
    error TooLittle();

    struct Order {
        address consumer;
        address provider;
        uint256 price;
    }

    mapping(address account => uint256) public balanceOf;
    Order[] private _orders;

    function deposit(uint256 amount) external {
        balanceOf[msg.sender] += amount;
    }

    function withdraw(uint256 amount) external {
        balanceOf[msg.sender] -= amount;
    }

    function order(address provider, uint256 price) external returns (uint256 id) {
        if (balanceOf[msg.sender] < price) revert TooLittle();
        _orders.push(Order(msg.sender, provider, price));
        return _orders.length - 1;
    }

    function pay(uint256 id) external {
        Order memory done = _orders[id];
        uint256 left = balanceOf[done.consumer];
        uint256 paid = done.price < left ? done.price : left;
        balanceOf[done.consumer] -= paid;
        balanceOf[done.provider] += paid;
    }
}
